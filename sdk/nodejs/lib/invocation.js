'use strict';

const { Context } = require('./context.js');
const { Failure, InvalidOutput, Refusal, agentFailed, invalidOutput } = require('./failures.js');
const { current } = require('./identity.js');
const logs = require('./logs.js');

/** One run of an agent's function. A step is { text } (a value as JSON), { failure }, or {} at the end. */
class Invocation {
  #agent;
  #identity;
  #controller = new AbortController();
  #values;
  #pulled = null;
  #reason = null;
  #wake = () => {};

  constructor(agent, identity, value, milliseconds) {
    this.#agent = agent;
    this.#identity = identity;
    const context = new Context(identity, milliseconds, logs.logger, this.#controller.signal);
    // One shape for all: a plain function's value is the only one. Closing this closes the function's own generator.
    this.#values = (async function* run() {
      if (agent.streaming) yield* agent.start(value, context);
      else yield await agent.start(value, context);
    })();
  }

  /** The next step, also when the invocation is interrupted first; null when neither comes within the milliseconds. */
  next(milliseconds) {
    return this.first((resolve) => {
      const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds, null);
      this.#pulled ??= this.#pull();
      this.#pulled.then((step) => {
        clearTimeout(timer);
        resolve(step);
      });
    }).then((step) => {
      if (step !== null) this.#pulled = null;
      return step;
    });
  }

  /** What `begin` resolves, or a step with the reason when the invocation is interrupted first. */
  first(begin) {
    return new Promise((resolve) => {
      if (this.#reason) return resolve({ failure: this.#reason });
      this.#wake = () => resolve({ failure: this.#reason });
      begin(resolve);
    });
  }

  /** Cancels the function as far as that is possible; the first reason counts. Resolves when the function has really ended. */
  interrupt(reason) {
    if (!this.#reason) {
      this.#reason = reason;
      current.run(this.#identity, () => this.#controller.abort());
      this.#wake();
    }
    return this.close();
  }

  /** Lets the function's generator tidy up; resolves when it has. One that waits for something else than the signal is closed when that has come. */
  close() {
    return current.run(this.#identity, () => this.#values.return()).then(
      () => {},
      (thrown) => void this.#failureOf(thrown),
    );
  }

  async #pull() {
    try {
      const { done, value } = await this.#values.next();
      return done ? {} : { text: this.#agent.encode(value) };
    } catch (thrown) {
      return { failure: this.#failureOf(thrown) };
    }
  }

  #failureOf(thrown) {
    if (thrown instanceof Refusal) return new Failure(422, thrown.code, thrown.message);
    // What a cancelled function is expected to end with: nobody waits for it, and the reason is told by whoever cancelled.
    if (this.#reason && thrown?.name === 'AbortError') return agentFailed();
    logs.failure('invocation.failed', "the agent's function failed", thrown);
    return thrown instanceof InvalidOutput ? invalidOutput() : agentFailed();
  }
}

module.exports = { Invocation };
