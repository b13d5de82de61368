'use strict';
// The contract's subset of JSON Schema: small enough to mean the same in every language.

const { write } = require('./json.js');

const MAX_DETAILS = 20;
const MAX_DEPTH = 32;
const MAX_NAME = 100;

/** A schema outside the subset; says where and why. */
class SchemaError extends Error {
  constructor(message) {
    super(message);
    this.name = 'SchemaError';
  }
}

const isText = (value) => typeof value === 'string';
const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value) => Number.isInteger(value) && value >= 0;
const areTexts = (value) => Array.isArray(value) && value.every(isText);
const isAnything = (value) => !['undefined', 'function', 'symbol'].includes(typeof value); // JSON.stringify would leave those out.

const TYPES = {
  null: (value) => value === null,
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  number: isNumber,
  string: isText,
  array: Array.isArray,
  object: isObject,
};
const isType = (name) => isText(name) && Object.hasOwn(TYPES, name);

// What each keyword can have, where nested schemas are looked at apart. The last six say something and check nothing.
const KEYWORDS = {
  type: (value) => isType(value) || (Array.isArray(value) && value.length > 0 && value.every(isType)),
  properties: isObject,
  required: areTexts,
  additionalProperties: (value) => typeof value === 'boolean',
  items: isObject,
  enum: (value) => Array.isArray(value) && value.length > 0,
  const: isAnything,
  minimum: isNumber,
  maximum: isNumber,
  minLength: isCount,
  maxLength: isCount,
  minItems: isCount,
  maxItems: isCount,
  title: isText,
  description: isText,
  format: isText,
  $schema: isText,
  default: isAnything,
  examples: Array.isArray,
};

/** A copy of a schema as JSON has it; throws SchemaError for what is outside the subset. */
function checkSchema(schema) {
  check(schema, '', 0);
  try {
    return JSON.parse(write(schema));
  } catch {
    throw new SchemaError("the schema can't be written as JSON");
  }
}

function check(schema, path, depth) {
  if (!isObject(schema)) throw new SchemaError(`${path || 'the schema'} must be an object`);
  if (depth > MAX_DEPTH) throw new SchemaError(`${path} is nested deeper than ${MAX_DEPTH} schemas`);
  for (const [keyword, value] of Object.entries(schema)) {
    if (!Object.hasOwn(KEYWORDS, keyword)) throw new SchemaError(`${path}/${keyword} is not a keyword of the supported subset`);
    if (!KEYWORDS[keyword](value)) throw new SchemaError(`${path}/${keyword} has a value that it can't have`);
  }
  for (const [name, one] of Object.entries(schema.properties ?? {})) check(one, `${path}/properties/${name}`, depth + 1);
  if (schema.items !== undefined) check(schema.items, `${path}/items`, depth + 1);
}

/** Equality of JSON. */
function equal(left, right) {
  if (Array.isArray(left) && Array.isArray(right)) return left.length === right.length && left.every((item, index) => equal(item, right[index]));
  if (!isObject(left) || !isObject(right)) return left === right;
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => Object.hasOwn(right, name) && equal(left[name], right[name]));
}

/** What is wrong with a value of JSON, at most 20 things; never by repeating what it holds. Depth is bounded by the schema's own. */
function validate(schema, value) {
  const details = [];
  look(schema, value, '', details);
  return details;
}

function look(schema, value, path, details) {
  const wrong = (issue, field = path) => {
    if (details.length < MAX_DETAILS) details.push({ field, issue });
  };

  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => TYPES[type](value))) return wrong(`must be of type ${types.join(' or ')}`);
  if (schema.enum && !schema.enum.some((one) => equal(one, value))) return wrong("must be one of the values of the schema's enum");
  if (schema.const !== undefined && !equal(schema.const, value)) return wrong("must be the value of the schema's const");

  if (isNumber(value)) {
    if (value < schema.minimum) wrong(`must be at least ${schema.minimum}`);
    if (value > schema.maximum) wrong(`must be at most ${schema.maximum}`);
  } else if (isText(value)) {
    if (schema.minLength !== undefined || schema.maxLength !== undefined) checkLength(schema, codePoints(value), 'Length', 'characters', wrong);
  } else if (Array.isArray(value)) {
    checkLength(schema, value.length, 'Items', 'items', wrong);
    for (let index = 0; schema.items && index < value.length && details.length < MAX_DETAILS; index++) {
      look(schema.items, value[index], `${path}/${index}`, details);
    }
  } else if (isObject(value)) {
    lookAtObject(schema, value, path, details, wrong);
  }
}

function checkLength(schema, length, keyword, what, wrong) {
  if (length < schema[`min${keyword}`]) wrong(`must have at least ${schema[`min${keyword}`]} ${what}`);
  if (length > schema[`max${keyword}`]) wrong(`must have at most ${schema[`max${keyword}`]} ${what}`);
}

function codePoints(text) {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function lookAtObject(schema, value, path, details, wrong) {
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) wrong('is required', `${path}/${escape(name)}`);
  }
  if (!schema.properties && schema.additionalProperties !== false) return;
  const properties = schema.properties ?? {};
  for (const name of Object.keys(value)) {
    if (details.length >= MAX_DETAILS) return;
    if (Object.hasOwn(properties, name)) look(properties[name], value[name], `${path}/${escape(name)}`, details);
    else if (schema.additionalProperties === false) wrong('is not a known property', `${path}/${escape(name)}`);
  }
}

function escape(name) {
  return name.slice(0, MAX_NAME).replaceAll('~', '~0').replaceAll('/', '~1');
}

module.exports = { SchemaError, checkSchema, equal, validate };
