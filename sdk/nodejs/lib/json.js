'use strict';
// JSON in and out, where JSON.parse and JSON.stringify take or give what the contract doesn't.

const { TextDecoder } = require('node:util');
const { InvalidOutput } = require('./failures.js');

const MAX_DEPTH = 500;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = [0x5b, 0x7b];
const CLOSE = [0x5d, 0x7d];
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The value of a body; throws for what isn't JSON in UTF-8, or is nested deeper than 500 levels: functions that walk it would overflow their stack. */
function parse(bytes) {
  if (isTooDeep(bytes)) throw new SyntaxError('nested too deeply');
  return JSON.parse(utf8.decode(bytes));
}

function isTooDeep(bytes) {
  if (bytes.length <= MAX_DEPTH) return false;
  let depth = 0;
  let inText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inText) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) {
      inText = true;
    } else if (OPEN.includes(byte)) {
      if (++depth > MAX_DEPTH) return true;
    } else if (CLOSE.includes(byte)) {
      depth--;
    }
  }
  return false;
}

/** A value as one line of JSON, undefined as null; throws InvalidOutput where JSON.stringify would write something else than the value. */
function write(value) {
  try {
    const text = JSON.stringify(value, onlyJson);
    if (text !== undefined) return text;
  } catch (wrong) {
    throw wrong instanceof InvalidOutput ? wrong : new InvalidOutput(`the output can't be written as JSON: ${wrong.message}`);
  }
  if (value === undefined) return 'null';
  throw new InvalidOutput(`the output can't be written as JSON: it is a ${typeof value}`);
}

function onlyJson(_, value) {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new InvalidOutput(`the output can't be written as JSON: it holds ${value}`);
  if (value instanceof Map || value instanceof Set) throw new InvalidOutput("the output can't be written as JSON: it holds a Map or a Set");
  return value;
}

module.exports = { parse, write };
