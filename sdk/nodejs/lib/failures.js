'use strict';
// What can go wrong, by the codes of the contract.

const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;

/** Thrown by an agent's function to refuse its input on purpose: 422 with this code and message, which the caller sees. */
class Refusal extends Error {
  constructor(code, message) {
    if (typeof code !== 'string' || !CODE.test(code)) {
      throw new TypeError('a code is 1-64 capital letters, digits and underscores, and begins with a letter');
    }
    super(message);
    this.name = 'Refusal';
    this.code = code;
  }
}

/** An input that breaks the agent's input schema; `details` says where. */
class InvalidInput extends Error {
  constructor(details) {
    super(sentence(details, 'the input'));
    this.name = 'InvalidInput';
    this.details = details;
  }
}

/** An output that breaks the agent's output schema, or can't be written as JSON. */
class InvalidOutput extends Error {
  constructor(message) {
    super(message);
    this.name = 'InvalidOutput';
  }

  static of(details) {
    return new InvalidOutput(sentence(details, 'the output'));
  }
}

function sentence(details, whole) {
  return details.map(({ field, issue }) => `${field || whole} ${issue}`).join('; ');
}

/** An answer other than success. */
class Failure extends Error {
  constructor(status, code, message, { details, headers = {} } = {}) {
    super(message);
    this.name = 'Failure';
    this.status = status;
    this.code = code;
    this.details = details;
    this.headers = headers;
  }

  body(requestId) {
    return { error: this.code, message: this.message, details: this.details, requestId };
  }
}

module.exports = {
  Failure,
  InvalidInput,
  InvalidOutput,
  Refusal,
  busy: () => new Failure(503, 'BUSY', 'The agent runs as many invocations as it may.', { headers: { 'Retry-After': '1' } }),
  agentFailed: () => new Failure(500, 'AGENT_FAILED', 'The agent failed; its log has the cause under this request id.'),
  badRequest: (message) => new Failure(400, 'BAD_REQUEST', message),
  /** Nobody sees this one but the log. */
  callerGone: () => new Failure(499, 'CALLER_GONE', 'The caller closed the connection.'),
  headersTooLarge: () => new Failure(431, 'HEADERS_TOO_LARGE', 'Request line and headers must stay under 16384 bytes and 100 headers.'),
  invalidOutput: () => new Failure(500, 'INVALID_OUTPUT', "The agent's output is not what its schema says; its log has the cause under this request id."),
  notReady: (what) => new Failure(503, 'NOT_READY', `The agent is ${what}.`, { headers: { 'Retry-After': '1' } }),
  outputTooLarge: (limit) => new Failure(500, 'OUTPUT_TOO_LARGE', `The agent's output is longer than ${limit} bytes; as an event stream it may come piece by piece.`),
  timedOut: () => new Failure(504, 'TIMED_OUT', 'The invocation took longer than its limit.'),
  tooLarge: (limit) => new Failure(413, 'BODY_TOO_LARGE', `The body is longer than ${limit} bytes.`),
  tooSlow: () => new Failure(408, 'REQUEST_TIMEOUT', 'The request was not complete in time.'),
};
