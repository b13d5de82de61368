'use strict';
// Who a request is: its id and its place in a trace.

const { AsyncLocalStorage } = require('node:async_hooks');
const { randomBytes } = require('node:crypto');

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-[ -~]*)?$/;
const ZEROS = /^0+$/;
const MAX_STATE = 4096;

/** The identity that the running code works for; log lines take their ids from it. */
const current = new AsyncLocalStorage();

/** From the values of the three headers (undefined when absent, joined by commas when sent twice); what is missing or wrong is made anew. */
function identityOf(requestId, traceparent, tracestate) {
  const id = REQUEST_ID.test(requestId ?? '') ? requestId : randomBytes(16).toString('hex');
  const spanId = notZero(8);
  const match = TRACEPARENT.exec(traceparent ?? '');
  if (!match || match[1] === 'ff' || (match[1] === '00' && match[5] !== undefined) || ZEROS.test(match[2]) || ZEROS.test(match[3])) {
    return identity(id, notZero(16), spanId, '00', null);
  }
  const sampled = (parseInt(match[4], 16) & 1) === 1;
  const state = tracestate && tracestate.length <= MAX_STATE ? tracestate : null;
  return identity(id, match[2], spanId, sampled ? '01' : '00', state);
}

function identity(requestId, traceId, spanId, flags, tracestate) {
  return { requestId, traceId, spanId, traceparent: `00-${traceId}-${spanId}-${flags}`, tracestate };
}

function notZero(length) {
  for (;;) {
    const text = randomBytes(length).toString('hex');
    if (!ZEROS.test(text)) return text;
  }
}

module.exports = { current, identityOf };
