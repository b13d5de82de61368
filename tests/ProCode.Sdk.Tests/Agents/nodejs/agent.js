'use strict';
// The conformance agent in JavaScript; ../README.md says what it does.

const fs = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');
const { Agent, Refusal } = require('../../../../sdk/nodejs');

const mode = process.env.CONFORMANCE_MODE;
const input = {
  type: 'object',
  required: ['do'],
  additionalProperties: false,
  properties: {
    do: { type: 'string' },
    value: {},
    count: { type: ['integer', 'null'], minimum: 1, maximum: 100 },
    ratio: { type: 'number', minimum: -0.5, maximum: 0.5 },
    name: { type: 'string', minLength: 2, maxLength: 4 },
    kind: { enum: ['a', 1, null, { x: [1.0] }] },
    fixed: { const: true },
    items: { type: 'array', minItems: 1, maxItems: 2, items: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } },
  },
};
if (mode === 'bad-schema') input.properties.name.pattern = '^a';

async function plain({ do: what, value }, context) {
  switch (what) {
    case 'echo':
      return { echo: value ?? null };
    case 'context':
      return {
        requestId: context.requestId,
        traceparent: context.traceparent,
        tracestate: context.tracestate,
        deadline: context.remaining,
        cancelled: context.cancelled,
      };
    case 'log':
      context.log.info(value, { again: value });
      return {};
    case 'wait':
    case 'block':
      context.log.info('wait began');
      while (!fs.existsSync(value)) {
        await sleep(20);
        if (what === 'wait' && context.cancelled) {
          context.log.info('wait cancelled');
          break;
        }
      }
      return {};
    default:
      return special(what, value);
  }
}

async function* streaming({ do: what, value, count }, context) {
  try {
    if (what === 'fail-first') throw new Error('before the first value');
    for (let n = 1; ; n++) {
      yield { n };
      if (what === 'count' && n === count) return;
      if (what === 'wait') {
        if (n === 2) return;
        while (!fs.existsSync(value)) await sleep(20, undefined, { signal: context.signal });
      } else if (what === 'forever') {
        await sleep(10);
      } else if (what !== 'count') {
        yield special(what, value);
      }
    }
  } finally {
    context.log.info('generator closed');
  }
}

function special(what, value) {
  switch (what) {
    case 'fail':
      throw new Error(value);
    case 'refuse':
      throw new Refusal('NO_SUCH_CITY', 'There is no such city.');
    case 'wrong':
      return 'wrong';
    case 'unwritable':
      return { n: NaN };
    default:
      throw new TypeError(`unknown: ${what}`);
  }
}

const agent = new Agent({ name: 'conformance', version: '1.2.3', description: 'Does what the suite asks.' });
agent.invoke({ input, output: { type: 'object' } }, mode === 'stream' ? streaming : plain);

if (mode === 'slow-start') {
  agent.startup(async () => {
    while (!fs.existsSync(process.env.CONFORMANCE_FILE)) await sleep(20);
  });
} else if (mode === 'failing-start') {
  agent.startup(() => {
    throw new Error('the model is missing');
  });
}

agent.run();
