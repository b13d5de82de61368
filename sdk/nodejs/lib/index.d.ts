/** A value that JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** The contract's subset of JSON Schema; any other keyword is refused at start. */
export interface Schema {
  type?: SchemaType | SchemaType[];
  properties?: { [name: string]: Schema };
  required?: string[];
  additionalProperties?: boolean;
  items?: Schema;
  enum?: Json[];
  const?: Json;
  minimum?: number;
  maximum?: number;
  /** In code points. */
  minLength?: number;
  /** In code points. */
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  title?: string;
  description?: string;
  format?: string;
  $schema?: string;
  default?: Json;
  examples?: Json[];
}
export type SchemaType = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';

/** Writes the contract's lines. Fields are a plain object; an Error in one is written as its trace. */
export interface Logger {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warning(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

/** The second argument of an agent's function: what it is told about its invocation. */
export class Context {
  private constructor();
  readonly requestId: string;
  /** To be sent on as the header `traceparent` of requests that this invocation makes; with `tracestate` unless that is null. */
  readonly traceparent: string;
  readonly tracestate: string | null;
  readonly log: Logger;
  /** Aborted when nobody waits for the result any more: the caller has gone, the time is over, the agent stops. To be handed to `fetch`, timers and streams. */
  readonly signal: AbortSignal;
  readonly cancelled: boolean;
  /** Seconds until the time limit; never negative. */
  readonly remaining: number;
}

type Value<Output> = Output | Promise<Output>;
type Values<Output> = Iterable<Output> | AsyncIterable<Output>;

/** The definition of an agent of one function. */
export class Agent {
  constructor(about: { name: string; version: string; description?: string });
  readonly name: string;
  readonly version: string;
  readonly description: string;

  /**
   * Gives the agent its function. A generator function, async or not, makes a streaming agent; any other one that returns an iterable does when
   * `streaming` says so. Schemas are checked when the agent starts.
   */
  invoke<Input = any, Output = unknown>(run: (input: Input, context: Context) => Value<Output> | Values<Output>): this;
  invoke<Input = any, Output = unknown>(
    options: { input?: Schema; output?: Schema; streaming?: boolean },
    run: (input: Input, context: Context) => Value<Output> | Values<Output>,
  ): this;

  /** The function runs once before the agent is ready: to load a model, to open a connection. If it fails, the agent ends. */
  startup(run: () => void | Promise<void>): this;

  /** Runs the function without a server, for tests: the output as JSON has it, or the array of a streaming agent's values. Throws InvalidInput, InvalidOutput,
   * and whatever the function throws. */
  call(input: unknown, context?: Context): Promise<any>;

  readonly streaming: boolean;
  readonly manifest: object;

  /** Serves until SIGTERM or SIGINT, then ends the process. What is written to the console becomes lines of the log. */
  run(): void;
}

/** Thrown by an agent's function to refuse its input on purpose: 422 with this code (capital letters, digits, underscores) and message, which the caller sees. */
export class Refusal extends Error {
  constructor(code: string, message: string);
  readonly code: string;
}

/** An input that breaks the agent's input schema. `field` is a JSON Pointer. */
export class InvalidInput extends Error {
  readonly details: { field: string; issue: string }[];
}

/** An output that breaks the agent's output schema, or can't be written as JSON. */
export class InvalidOutput extends Error {}

/** A schema outside the subset; says where and why. */
export class SchemaError extends Error {}
