'use strict';

const { Context } = require('./context.js');
const { InvalidInput, InvalidOutput } = require('./failures.js');
const { identityOf } = require('./identity.js');
const { write } = require('./json.js');
const logs = require('./logs.js');
const { SchemaError, checkSchema, validate } = require('./schema.js');

const VERSION = '1.0.0';
const CONTRACT = 1;
const CALL_MS = 120_000;
const LENGTHS = { name: 100, version: 100, description: 2000 };

/** The definition of an agent of one function. */
class Agent {
  #function;
  #startup;
  #options = {};
  #schemas;

  constructor({ name, version, description = '' }) {
    this.name = name;
    this.version = version;
    this.description = description;
  }

  /** invoke(function) or invoke({ input, output, streaming }, function). */
  invoke(options, run) {
    if (run === undefined) [options, run] = [{}, options];
    if (typeof run !== 'function') throw new TypeError('agent.invoke takes a function, after its schemas if there are any');
    if (this.#function) throw new Error('an agent has one function');
    this.#function = run;
    this.#options = options;
    return this;
  }

  startup(run) {
    if (typeof run !== 'function') throw new TypeError('agent.startup takes a function');
    this.#startup = run;
    return this;
  }

  get streaming() {
    // A generator function says so itself, async or not; what returns somebody else's iterable has to be declared.
    return this.#options.streaming ?? /GeneratorFunction\]$/.test(Object.prototype.toString.call(this.#function));
  }

  get manifest() {
    const { input, output } = this.check();
    const { name, version, description, streaming } = this;
    return { contract: CONTRACT, name, version, description, streaming, input, output, sdk: { language: 'nodejs', version: VERSION } };
  }

  /** Runs the function without a server, for tests. */
  async call(value, context) {
    this.check();
    // What comes over HTTP has been JSON, so that a test must not pass with what can't.
    const input = JSON.parse(write(value));
    this.checkInput(input);
    const result = this.start(input, context ?? new Context(identityOf(), CALL_MS, logs.logger, new AbortController().signal));
    if (!this.streaming) return JSON.parse(this.encode(await result));
    const values = [];
    for await (const one of result) values.push(JSON.parse(this.encode(one)));
    return values;
  }

  /** Serves until SIGTERM, and ends the process. */
  run() {
    // Here, because a test that only calls the function needs no server.
    require('./life.js').run(this);
  }

  // What the SDK's own modules use.

  /** The checked schemas; throws for an agent that can't run. */
  check() {
    if (this.#schemas) return this.#schemas;
    if (!this.#function) throw new Error('the agent has no function: give it one with agent.invoke(…)');
    for (const [what, most] of Object.entries(LENGTHS)) {
      const text = this[what];
      if (typeof text !== 'string' || text.length > most || (what !== 'description' && text.trim() === '')) {
        throw new Error(`the agent's ${what} must be a text of at most ${most} characters`);
      }
    }
    this.#schemas = { input: checked('input', this.#options.input), output: checked('output', this.#options.output) };
    return this.#schemas;
  }

  checkInput(value) {
    const details = validate(this.#schemas.input, value);
    if (details.length > 0) throw new InvalidInput(details);
  }

  /** Calls the function: its value, a promise of it, or the iterable of a streaming agent. */
  start(value, context) {
    return this.#function(value, context);
  }

  startUp() {
    return this.#startup?.();
  }

  /** An output as one line of JSON; throws InvalidOutput when it isn't what the schema says. */
  encode(value) {
    const text = write(value);
    const { output } = this.#schemas;
    // The schema is held against what is sent: a Date, say, is a text there.
    const details = Object.keys(output).length > 0 ? validate(output, JSON.parse(text)) : [];
    if (details.length > 0) throw InvalidOutput.of(details);
    return text;
  }
}

function checked(what, schema = {}) {
  try {
    return checkSchema(schema);
  } catch (wrong) {
    if (!(wrong instanceof SchemaError)) throw wrong;
    throw new SchemaError(`the ${what} schema can't be used: ${wrong.message}`);
  }
}

module.exports = { Agent, VERSION };
