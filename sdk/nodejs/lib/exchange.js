'use strict';

const { outputTooLarge } = require('./failures.js');
const { hasBody } = require('./requests.js');

const KEEP_ALIVE_MS = 15_000;
const LINGER_MS = 1_000;
const LINGER_BYTES = 4 * 1024 * 1024;
const FLUSH_MS = 30_000;

/** One request's answer. */
class Exchange {
  #request;
  #response;
  #closes;
  #gone = null;
  #closed = false;

  /** The failure that was told, or the status 499 of a caller who has gone. */
  status = null;
  bodyWasRead = false;
  asStream = false;

  constructor(request, response, identity, closes) {
    this.#request = request;
    this.#response = response;
    this.#closes = closes;
    this.identity = identity;
    response.on('error', () => {});
  }

  /** Calls back when the caller goes away before the answer is through; at once when he has gone. */
  set onGone(callback) {
    this.#gone = callback;
    if (callback && (this.#closed || this.#response.destroyed)) callback();
  }

  /** The answer is through, or the connection has ended. */
  close() {
    this.#closed = true;
    if (!this.#response.writableFinished) this.#gone?.();
  }

  json(status, body) {
    this.#send(status, JSON.stringify(body), {});
  }

  /** As an answer of its own; when one has begun, the connection can only be cut. */
  fail(failure) {
    if (this.status !== null) return void this.#response.destroy();
    if (failure.status === 499) return void (this.status = 499);
    if ([408, 413, 431].includes(failure.status) || failure.code === 'BAD_REQUEST') this.#closes = true;
    this.#send(failure.status, JSON.stringify(failure.body(this.identity.requestId)), failure.headers);
  }

  /** What the function comes to, in the caller's form; resolves with the failure that was told, if any. */
  sendSteps(invocation, streaming, maxOutput) {
    return this.asStream ? this.#sendEvents(invocation) : this.#sendJson(invocation, streaming, maxOutput);
  }

  async #sendJson(invocation, streaming, maxOutput) {
    const values = [];
    let length = 1;
    for (;;) {
      let step = await invocation.next();
      if (step.text !== undefined) length += Buffer.byteLength(step.text) + 1;
      if (length > maxOutput) step = { failure: outputTooLarge(maxOutput) };
      if (step.failure) {
        this.fail(step.failure);
        return step.failure;
      }
      if (step.text === undefined) break;
      values.push(step.text);
    }
    this.#send(200, streaming ? `[${values.join(',')}]` : values[0], {});
    return null;
  }

  async #sendEvents(invocation) {
    for (;;) {
      const step = await invocation.next(KEEP_ALIVE_MS);
      if (step === null) {
        await this.#part(invocation, ':\n\n');
      } else if (step.failure) {
        if (this.status === null) this.fail(step.failure);
        else if (step.failure.status !== 499) this.#end(`event: error\ndata: ${JSON.stringify(step.failure.body(this.identity.requestId))}\n\n`);
        return step.failure;
      } else if (step.text === undefined) {
        this.#head();
        this.#end('event: end\ndata: {}\n\n');
        return null;
      } else {
        await this.#part(invocation, `event: message\ndata: ${step.text}\n\n`);
      }
    }
  }

  /** A caller who doesn't take what was sent holds the function back. */
  #part(invocation, text) {
    this.#head();
    return this.#response.write(text) ? undefined : invocation.first((resolve) => this.#response.once('drain', resolve));
  }

  #head() {
    if (this.status !== null) return;
    this.status = 200;
    this.#response.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no', ...this.#common() });
  }

  #send(status, text, headers) {
    this.status = status;
    const body = Buffer.from(text);
    this.#response.writeHead(status, { 'Content-Type': 'application/json', ...headers, 'Content-Length': body.length, ...this.#common() });
    this.#end(body);
  }

  #common() {
    const headers = { 'X-Request-Id': this.identity.requestId, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };
    return this.#closes || this.#hasUnreadBody ? { ...headers, Connection: 'close' } : headers;
  }

  get #hasUnreadBody() {
    return !this.bodyWasRead && hasBody(this.#request);
  }

  #end(body) {
    const response = this.#response;
    const timer = setTimeout(() => response.destroy(), FLUSH_MS).unref();
    response.once('close', () => clearTimeout(timer));
    if (!this.#hasUnreadBody) return void response.end(body);
    // Closing on bytes that nobody has read would take the answer away from the caller: he is heard out, within limits.
    response.write(body);
    let left = LINGER_BYTES;
    const end = () => {
      clearTimeout(linger);
      response.end();
    };
    const linger = setTimeout(end, LINGER_MS);
    this.#request
      .on('error', () => {})
      .on('data', (chunk) => {
        left -= chunk.length;
        if (left < 0) response.destroy();
      })
      .on('end', end)
      .on('close', end)
      .resume();
  }
}

module.exports = { Exchange };
