'use strict';

const http = require('node:http');
const { Exchange } = require('./exchange.js');
const { Failure, InvalidInput, agentFailed, badRequest, busy, callerGone, headersTooLarge, notReady, timedOut, tooLarge, tooSlow } = require('./failures.js');
const { current, identityOf } = require('./identity.js');
const { Invocation } = require('./invocation.js');
const json = require('./json.js');
const logs = require('./logs.js');
const { checkHead, chooseForm, pathOf, readBody, requireJson } = require('./requests.js');

const MAX_CONNECTIONS = 1000;
const MAX_HEAD = 16 * 1024;
const IDLE_FACTOR = 5;
const MAX_TIMER_MS = 2 ** 31 - 1;
const READING_FACTOR = 4;
const LINGER_MS = 1_000;
const METHODS = { '/invoke': ['POST'], '/health': ['GET', 'HEAD'], '/ready': ['GET', 'HEAD'], '/manifest': ['GET', 'HEAD'] };

/** What each path answers. Its life, from start to stop, is told to it by life.js. */
class Server {
  #agent;
  #settings;
  #http;
  #sockets = new Map();
  #exchanges = new Set();
  #invocations = new Set();
  #reading = 0;

  state = 'starting';

  constructor(agent, settings) {
    this.#agent = agent;
    this.#settings = settings;
    this.#http = http.createServer({
      maxHeaderSize: MAX_HEAD,
      insecureHTTPParser: false,
      requireHostHeader: false, // It would be refused without a request id; checkHead does it.
      headersTimeout: settings.readMs,
      requestTimeout: 2 * settings.readMs + LINGER_MS,
      connectionsCheckingInterval: Math.min(1000, Math.max(20, settings.readMs / 5)),
      keepAliveTimeout: Math.min(settings.readMs * IDLE_FACTOR, MAX_TIMER_MS),
    });
    this.#http.maxHeadersCount = 0; // Node would drop what is over its count; the size bounds it, and checkHead counts.
    this.#http.maxConnections = MAX_CONNECTIONS;
    this.#http.on('connection', (socket) => {
      const connection = { refused: false, exchanges: new Set(), breakBody: null };
      this.#sockets.set(socket, connection);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        // Node tells the answer that was being sent, but not those that a pipelining caller had still to get.
        for (const exchange of connection.exchanges) this.#closed(exchange, connection);
      });
    });
    this.#http.on('request', (request, response) => void this.#handle(request, response, false));
    this.#http.on('checkContinue', (request, response) => void this.#handle(request, response, true));
    this.#http.on('checkExpectation', (request, response) => void this.#handle(request, response, false));
    this.#http.on('clientError', (error, socket) => this.#refuse(error, socket));
  }

  /** Resolves with the port. */
  listen() {
    return new Promise((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen({ port: this.#settings.port, host: this.#settings.host }, () => resolve(this.#http.address().port));
    });
  }

  /** Whether an invocation runs, or an answer is on its way. */
  get isBusy() {
    return this.#invocations.size > 0 || this.#exchanges.size > 0;
  }

  cutOff() {
    for (const invocation of this.#invocations) void invocation.interrupt(notReady('stopping'));
  }

  close() {
    this.#http.close();
    for (const socket of this.#sockets.keys()) socket.destroy();
  }

  async #handle(request, response, expects) {
    const { headers } = request;
    const identity = identityOf(headers['x-request-id'], headers.traceparent, headers.tracestate);
    const exchange = new Exchange(request, response, identity, this.state === 'stopping');
    const connection = this.#sockets.get(request.socket);
    if (!connection) return; // It has ended while this request was still in Node's hands.
    connection.exchanges.add(exchange);
    this.#exchanges.add(exchange);
    response.once('close', () => this.#closed(exchange, connection));
    await current.run(identity, async () => {
      try {
        checkHead(request);
        await this.#answer(exchange, request, response, connection, expects);
      } catch (failure) {
        // A fault of ours must show in the log and end with an answer, not with a silent connection.
        if (!(failure instanceof Failure)) logs.failure('agent.fault', 'the SDK failed', failure);
        exchange.fail(failure instanceof Failure ? failure : agentFailed());
      }
    });
  }

  #closed(exchange, connection) {
    connection.exchanges.delete(exchange);
    this.#exchanges.delete(exchange);
    exchange.close();
  }

  async #answer(exchange, request, response, connection, expects) {
    const path = pathOf(request);
    const methods = Object.hasOwn(METHODS, path) ? METHODS[path] : null;
    if (!methods) throw new Failure(404, 'NOT_FOUND', 'There is nothing at this path.');
    if (!methods.includes(request.method)) {
      throw new Failure(405, 'METHOD_NOT_ALLOWED', `This path takes ${methods.join(' and ')}.`, { headers: { Allow: methods.join(', ') } });
    }
    const { name, version } = this.#agent;
    if (path === '/health') return exchange.json(200, { status: 'ok', name, version });
    if (path === '/ready') return exchange.json(this.state === 'ready' ? 200 : 503, { status: this.state });
    if (path === '/manifest') return exchange.json(200, this.#agent.manifest);

    const began = performance.now();
    requireJson(request);
    exchange.asStream = chooseForm(request, this.#agent.streaming);
    let failure = agentFailed();
    try {
      const value = await this.#input(exchange, request, response, connection, expects);
      failure = await this.#invoke(exchange, value);
    } catch (refused) {
      if (refused instanceof Failure) failure = refused;
      throw refused;
    } finally {
      const own = { status: exchange.status ?? failure?.status, durationMs: Math.round((performance.now() - began) * 10) / 10, error: failure?.code ?? null };
      logs.event('invocation.finished', 'invocation finished', own);
    }
  }

  async #input(exchange, request, response, connection, expects) {
    const { maxBody, maxInvocations } = this.#settings;
    this.#requireReady();
    if (Number(request.headers['content-length'] ?? 0) > maxBody) throw tooLarge(maxBody);
    // Bodies that trickle in hold memory; all connections together must not hold more than a few of them.
    if (this.#reading >= READING_FACTOR * maxInvocations) throw busy();
    if (expects) response.writeContinue();
    const value = parse(await this.#body(exchange, request, connection));
    try {
      this.#agent.checkInput(value);
    } catch (wrong) {
      if (!(wrong instanceof InvalidInput)) throw wrong;
      throw new Failure(400, 'INVALID_INPUT', "The input is not what the agent's schema says.", { details: wrong.details });
    }
    this.#requireReady();
    if (this.#invocations.size >= maxInvocations) throw busy();
    return value;
  }

  async #body(exchange, request, connection) {
    const { maxBody, readMs } = this.#settings;
    this.#reading++;
    try {
      const body = await readBody(request, maxBody, readMs, (end) => (connection.breakBody = end));
      exchange.bodyWasRead = true;
      return body;
    } finally {
      this.#reading--;
    }
  }

  async #invoke(exchange, value) {
    const { invokeMs, maxOutput } = this.#settings;
    const invocation = new Invocation(this.#agent, exchange.identity, value, invokeMs);
    this.#invocations.add(invocation);
    const limit = setTimeout(() => void invocation.interrupt(timedOut()), invokeMs);
    exchange.onGone = () => void invocation.interrupt(callerGone());
    try {
      return await exchange.sendSteps(invocation, this.#agent.streaming, maxOutput);
    } finally {
      clearTimeout(limit);
      exchange.onGone = null;
      // Whatever ended the answer ends the function too. What can't be interrupted keeps its place until it ends.
      void invocation.interrupt(callerGone()).then(() => this.#invocations.delete(invocation));
    }
  }

  #requireReady() {
    if (this.state !== 'ready') throw notReady(this.state);
  }

  /** What Node's parser can't read, or not in time. */
  #refuse(error, socket) {
    const connection = this.#sockets.get(socket);
    if (!connection || connection.refused || error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    connection.refused = true;
    const failure = refusalOf(error);
    if (connection.breakBody) return connection.breakBody(failure);
    if (connection.exchanges.size > 0) return void socket.destroy(); // An answer is on its way: nothing can be put in between.
    const { requestId } = identityOf();
    const body = JSON.stringify(failure.body(requestId));
    const head = [
      `HTTP/1.1 ${failure.status} ${http.STATUS_CODES[failure.status]}`, `Date: ${new Date().toUTCString()}`, 'Content-Type: application/json',
      `X-Request-Id: ${requestId}`, 'Cache-Control: no-store', 'X-Content-Type-Options: nosniff', 'Connection: close', `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  }
}

function refusalOf(error) {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return tooSlow();
  if (error.code === 'HPE_HEADER_OVERFLOW') return headersTooLarge();
  return badRequest('The request is not HTTP/1.1.');
}

function parse(body) {
  try {
    return json.parse(body);
  } catch {
    throw new Failure(400, 'INVALID_JSON', 'The body is not valid JSON in UTF-8.');
  }
}

module.exports = { Server };
