'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { parse, write } = require('../lib/json.js');
const { SchemaError, checkSchema, equal, validate } = require('../lib/schema.js');

test('everything of the subset is fine', () => {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema', title: 't', description: 'd', default: null, examples: [1], format: 'date',
    type: ['object', 'null'], required: ['a'], additionalProperties: false, enum: [null, {}], const: {},
    properties: { a: { type: 'array', items: {}, minItems: 0, maxItems: 1 }, b: { minLength: 0, maxLength: 1 }, c: { minimum: 0.5, maximum: 1 }, pattern: {}, $ref: {} },
  };
  assert.deepEqual(checkSchema(schema), schema);
});

test('everything else is refused', () => {
  let deep = {};
  for (let n = 0; n < 40; n++) deep = { items: deep };
  const cyclic = {};
  cyclic.default = cyclic;
  const schemas = [
    true, null, [], 'object', { pattern: 'a' }, { $ref: '#' }, { anyOf: [] }, { toString: 1 }, { type: 'text' }, { type: 'toString' }, { type: [] }, { type: ['string', 1] },
    { required: 'a' }, { required: [1] }, { additionalProperties: {} }, { items: [] }, { items: true }, { enum: [] }, { enum: 'a' }, { minimum: '1' }, { maximum: Infinity },
    { minLength: -1 }, { maxLength: 1.5 }, { minItems: true }, { properties: [] }, { properties: { a: true } }, { properties: { a: { b: 1 } } }, { title: 1 },
    { examples: {} }, { const: () => 1 }, { const: undefined }, { default: NaN }, { default: 1n }, cyclic, deep,
  ];
  for (const schema of schemas) assert.throws(() => checkSchema(schema), SchemaError);
});

test('integers are those of JSON', () => {
  assert.deepEqual(validate({ type: 'integer' }, 3.0), []);
  for (const value of [true, 3.5, '3', null, Infinity, NaN]) assert.equal(validate({ type: 'integer' }, value).length, 1, String(value));
});

test('bounds hold for their kind only', () => {
  const schema = { minimum: 5, minLength: 5, minItems: 5 };
  assert.deepEqual([null, {}, 1, 'a', []].map((value) => validate(schema, value).length), [0, 0, 1, 1, 1]);
});

test('what an object inherits is not its own', () => {
  assert.equal(validate({ required: ['toString', '__proto__'] }, {}).length, 2);
  assert.deepEqual(validate({ required: ['__proto__'] }, parse(Buffer.from('{"__proto__":1}'))), []);
  assert.equal(validate({ additionalProperties: false, properties: {} }, parse(Buffer.from('{"__proto__":1,"constructor":2}'))).length, 2);
});

test('a long array of mistakes ends early', () => {
  assert.equal(validate({ items: { type: 'string' } }, new Array(100_000).fill(1)).length, 20);
});

test('field names are cut and escaped', () => {
  const details = validate({ additionalProperties: false }, { 'a/b~c': 1, ['x'.repeat(5000)]: 2 });
  assert.equal(details[0].field, '/a~1b~0c');
  assert.equal(details[1].field.length, 101);
});

test('equality is that of JSON', () => {
  const pairs = [[1, 1.0, true], [true, 1, false], [0, false, false], [null, false, false], [[1], [true], false], [{ a: 1 }, { a: 1 }, true], [{ a: 1 }, { b: 1 }, false],
    ['1', 1, false], [[1, 2], [1], false], [[], {}, false], [{}, null, false], [{ a: 1, b: 2 }, { b: 2, a: 1 }, true]];
  for (const [left, right, same] of pairs) assert.equal(equal(left, right), same, JSON.stringify([left, right]));
});

test('nesting is bounded where it is nesting', () => {
  const nested = (depth) => Buffer.from('['.repeat(depth) + ']'.repeat(depth));
  assert.equal(write(parse(nested(500))).length, 1000);
  assert.throws(() => parse(nested(501)), SyntaxError);
  assert.equal(parse(Buffer.from(JSON.stringify('[\\"['.repeat(1000)))).length, 4000);
  assert.equal(parse(Buffer.from(JSON.stringify(new Array(1000).fill([])))).length, 1000);
});
