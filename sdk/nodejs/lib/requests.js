'use strict';
// What is looked at in a request beyond what Node's parser does, and how its body is read.

const { Failure, badRequest, headersTooLarge, tooLarge, tooSlow } = require('./failures.js');

const MAX_HEADERS = 100;
const QUALITY = /^(0(\.[0-9]{0,3})?|1(\.0{0,3})?)$/;

/** All values of a header, as they came. */
function valuesOf(request, name) {
  const values = [];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    if (request.rawHeaders[at].toLowerCase() === name) values.push(request.rawHeaders[at + 1]);
  }
  return values;
}

/** Where two readers could disagree about a request's host or the end of its body, a second request could hide: such a request is refused. */
function checkHead(request) {
  if (request.rawHeaders.length > 2 * MAX_HEADERS) throw headersTooLarge();
  const old = request.httpVersion === '1.0';
  const hosts = valuesOf(request, 'host').length;
  if (hosts > 1 || (hosts === 0 && !old)) throw badRequest('There must be one Host header.');
  const lengths = valuesOf(request, 'content-length');
  const codings = valuesOf(request, 'transfer-encoding');
  if (codings.length > 0 && (lengths.length > 0 || old || codings.length > 1 || codings[0].toLowerCase() !== 'chunked')) {
    throw badRequest('Transfer-Encoding must be chunked, and stand alone.');
  }
  if (lengths.length > 1 || (lengths.length === 1 && !/^[0-9]{1,18}$/.test(lengths[0]))) throw badRequest('Content-Length must be one number.');
}

/** Without the query, otherwise as it came. */
function pathOf(request) {
  const path = request.url.replace(/^https?:\/\/[^/?#]*/i, '').split('?', 1)[0];
  return path === '' ? '/' : path;
}

function hasBody(request) {
  return request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
}

function requireJson(request) {
  const types = valuesOf(request, 'content-type');
  const [type, ...parameters] = (types.length === 1 ? types[0] : '').split(';').map((part) => part.trim().toLowerCase());
  const charsets = parameters.filter((one) => one.startsWith('charset=')).map((one) => one.slice('charset='.length).replace(/^["\s]+|["\s]+$/g, ''));
  const isJson = type === 'application/json' || /^application\/.+\+json$/.test(type);
  if (!isJson || charsets.some((charset) => charset !== 'utf-8' && charset !== 'utf8')) {
    throw new Failure(415, 'UNSUPPORTED_MEDIA_TYPE', 'The body must be application/json in UTF-8.');
  }
}

/** Whether the answer is an event stream; throws when the caller takes neither form. */
function chooseForm(request, streaming) {
  const items = (request.headers.accept ?? '').split(',').map((item) => item.trim().toLowerCase()).filter((item) => item !== '');
  if (items.length === 0) return false;
  const qualities = new Map();
  for (const item of items) {
    const [name, ...parameters] = item.split(';').map((part) => part.trim());
    const given = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2).trim();
    const quality = given === undefined ? 1 : QUALITY.test(given) ? Number(given) : 0;
    qualities.set(name, Math.max(quality, qualities.get(name) ?? 0));
  }
  const stream = qualities.get('text/event-stream') ?? 0;
  const value = qualities.get('application/json') ?? qualities.get('application/*') ?? qualities.get('*/*') ?? 0;
  if (stream === 0 && value === 0) throw new Failure(406, 'NOT_ACCEPTABLE', 'The answer is application/json or text/event-stream.');
  return stream > value || (stream === value && streaming);
}

/** The whole body. The time limit is for all of it: a byte now and then buys no time. `broken` gets a function that ends the reading with a failure. */
function readBody(request, limit, milliseconds, broken) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    let length = 0;
    const timer = setTimeout(() => end(tooSlow()), milliseconds);
    const early = () => end(badRequest('The body ended too early.'));

    function end(failure) {
      clearTimeout(timer);
      request.off('data', take).off('end', whole).off('close', early);
      broken(null);
      if (failure) reject(failure);
      else resolve(Buffer.concat(chunks, length));
    }

    function take(chunk) {
      length += chunk.length;
      if (length > limit) end(tooLarge(limit));
      else chunks.push(chunk);
    }

    function whole() {
      if (request.complete) end();
      else early();
    }

    broken(end);
    request.on('error', () => {}).on('data', take).on('end', whole).on('close', early);
  });
}

module.exports = { checkHead, chooseForm, hasBody, pathOf, readBody, requireJson };
