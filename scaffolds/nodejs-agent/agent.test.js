// Run with: node --test

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agent } from './agent.js';
import { InvalidInput, Refusal } from './procode-agent/index.js';

const TEXT = "Agents answer. An agent's answer is short; agents that answer slowly are not asked again!";

test('a text is counted', async () => {
  const { words, sentences, readingSeconds } = await agent.call({ input: TEXT });
  assert.deepEqual([words, sentences, readingSeconds], [15, 2, 4]);
});

test('the most used words come first', async () => {
  assert.deepEqual((await agent.call({ input: TEXT, keywords: 2 })).keywords, ['answer', 'agents']);
});

test('no keywords are fine', async () => {
  assert.deepEqual((await agent.call({ input: TEXT, keywords: 0 })).keywords, []);
});

test('a text without words is refused', async () => {
  await assert.rejects(agent.call({ input: '?! …' }), (refused) => refused instanceof Refusal && refused.code === 'NO_WORDS');
});

test('other input is refused by the schema', async () => {
  for (const wrong of [{}, { input: 5 }, { input: 'a', keywords: 51 }, { input: 'a', more: 1 }, 'text']) {
    await assert.rejects(agent.call(wrong), InvalidInput);
  }
});
