'use strict';
// Logs as the contract wants them: one JSON object per line on standard output, without secrets.

const { format } = require('node:util');
const { current } = require('./identity.js');
const { LEVELS } = require('./settings.js');

const SECRET_NAME = /SECRET|TOKEN|PASSWORD|CREDENTIAL|KEY/i;
const MIN_SECRET = 8;
const MAX_TEXT = 16 * 1024;
const MAX_DEPTH = 10;

/** Replaces the values of secret variables in whatever is logged. */
class Masks {
  #values;

  constructor(env) {
    const found = Object.entries(env).filter(([name, value]) => value.length >= MIN_SECRET && SECRET_NAME.test(name)).map(([, value]) => value);
    // Longest first, so that a secret inside another one doesn't leave the rest of it standing.
    this.#values = [...new Set(found)].sort((a, b) => b.length - a.length);
  }

  text(text) {
    // Masked before it is cut: half a secret would no longer be recognized.
    for (const value of this.#values) text = text.replaceAll(value, '***');
    return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
  }

  /** The value as something that JSON can hold. */
  json(value, depth = 0) {
    if (value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value;
    if (typeof value === 'object' && depth < MAX_DEPTH) {
      if (value instanceof Error) return this.text(traceOf(value));
      if (Array.isArray(value)) return value.map((item) => this.json(item, depth + 1));
      if (isPlain(value)) return Object.fromEntries(fieldsOf(value).map(([name, item]) => [this.text(name), this.json(item, depth + 1)]));
    }
    return this.text(textOf(value));
  }
}

function isPlain(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

// A line must not fail because of what it tells about: a getter or a toString can throw anything.
function fieldsOf(value) {
  try {
    return Object.entries(value);
  } catch {
    return [];
  }
}

function textOf(value) {
  try {
    return value instanceof Date ? value.toISOString() : String(value);
  } catch {
    return `<${typeof value}>`;
  }
}

function traceOf(error) {
  try {
    return typeof error?.stack === 'string' ? error.stack + (error.cause === undefined ? '' : `\ncaused by: ${textOf(error.cause?.stack ?? error.cause)}`) : textOf(error);
  } catch {
    return '<an error that has no trace>';
  }
}

let masks = new Masks({});
let least = LEVELS.indexOf('info');

function line(level, message, own, fields) {
  const identity = current.getStore();
  const ids = identity && { requestId: identity.requestId, traceId: identity.traceId, spanId: identity.spanId };
  const safe = Object.fromEntries(Object.entries(own).map(([name, value]) => [name, typeof value === 'string' ? masks.text(value) : value]));
  const rest = fields && Object.keys(fields).length > 0 ? { fields: masks.json(fields) } : {};
  const text = JSON.stringify({ time: new Date().toISOString(), level, message: masks.text(textOf(message)), ...ids, ...safe, ...rest });
  process.stdout.write(`${text}\n`);
}

function log(level, message, fields) {
  if (LEVELS.indexOf(level) >= least) line(level, message, {}, fields);
}

/** The logger of an invocation: `log.info('message', { city })`. The fields are a plain object; an Error in one is its trace. */
const logger = Object.freeze({
  debug: (message, fields) => log('debug', message, fields),
  info: (message, fields) => log('info', message, fields),
  warning: (message, fields) => log('warning', message, fields),
  error: (message, fields) => log('error', message, fields),
});

/** One of the contract's own lines, written whatever the level is. */
function event(name, message, own = {}, level = 'info') {
  line(level, message, { event: name, ...own });
}

/** As event, at level error, with the trace of what was thrown. */
function failure(name, message, thrown) {
  event(name, message, { trace: traceOf(thrown) }, 'error');
}

/** From now on lines have this least level and are masked by these variables. */
function configure(level, env) {
  masks = new Masks(env);
  least = LEVELS.indexOf(level);
  // Nobody reads standard output any more: that is no reason to stop serving.
  process.stdout.on('error', () => {});
}

/** What libraries write to the console comes out as lines too. */
function captureConsole() {
  const levels = { debug: 'debug', log: 'info', info: 'info', dir: 'info', warn: 'warning', error: 'error', trace: 'error' };
  for (const [method, level] of Object.entries(levels)) console[method] = (...given) => log(level, format(...given));
}

module.exports = { Masks, captureConsole, configure, event, failure, logger };
