'use strict';

/** The second argument of an agent's function: what it is told about its invocation. */
class Context {
  #end;

  constructor(identity, milliseconds, log, signal) {
    this.requestId = identity.requestId;
    this.traceparent = identity.traceparent;
    this.tracestate = identity.tracestate;
    this.log = log;
    this.signal = signal;
    this.#end = performance.now() + milliseconds;
  }

  get remaining() {
    return Math.max(0, this.#end - performance.now()) / 1000;
  }

  get cancelled() {
    return this.signal.aborted;
  }
}

module.exports = { Context };
