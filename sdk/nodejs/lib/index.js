'use strict';
// Make an agent of one function: see README.md, and docs/agent-contract.md for what it then serves.

const { Agent } = require('./agent.js');
const { Context } = require('./context.js');
const { InvalidInput, InvalidOutput, Refusal } = require('./failures.js');
const { SchemaError } = require('./schema.js');

module.exports = { Agent, Context, InvalidInput, InvalidOutput, Refusal, SchemaError };
