// The agent: what it takes, what it gives, and how the two are connected. What it does is in text-report.js.

import { Agent, Refusal } from './procode-agent/index.js';
import { report } from './text-report.js';

export const agent = new Agent({
  name: 'text-report',
  version: '0.1.0',
  description: 'Tells how long a text is, how long it takes to read, and what it is about.',
});

agent.invoke(
  {
    input: {
      type: 'object',
      required: ['input'],
      additionalProperties: false,
      properties: {
        input: { type: 'string', maxLength: 200000, description: 'The text.' },
        keywords: { type: 'integer', minimum: 0, maximum: 50, default: 5, description: 'How many keywords at most.' },
      },
    },
    output: {
      type: 'object',
      required: ['words', 'sentences', 'readingSeconds', 'keywords'],
      properties: {
        words: { type: 'integer' },
        sentences: { type: 'integer' },
        readingSeconds: { type: 'integer' },
        keywords: { type: 'array', items: { type: 'string' } },
      },
    },
  },
  (request, context) => {
    const result = report(request.input, request.keywords ?? 5);
    if (result.words === 0) throw new Refusal('NO_WORDS', 'The text has no words.');
    context.log.info('reported', { words: result.words });
    return result;
  },
);
