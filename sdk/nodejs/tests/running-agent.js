'use strict';

const { spawn } = require('node:child_process');
const http = require('node:http');
const path = require('node:path');
const readline = require('node:readline');

const SDK = path.join(__dirname, '..');

/** An agent from a few lines of source, as its own process; everything it logs is kept. */
class RunningAgent {
  lines = [];
  #waiting = [];

  constructor(source, settings) {
    const program = `const { Agent, Refusal } = require(${JSON.stringify(SDK)}); const agent = new Agent({ name: 'tested', version: '1' });\n${source}\nagent.run();`;
    this.process = spawn(process.execPath, ['-e', program], { env: { ...process.env, PORT: '0', PROCODE_HOST: '127.0.0.1', ...settings }, stdio: ['ignore', 'pipe', 'inherit'] });
    this.exited = new Promise((resolve) => this.process.on('exit', resolve));
    readline.createInterface({ input: this.process.stdout }).on('line', (text) => {
      this.lines.push(JSON.parse(text));
      for (const look of [...this.#waiting]) look();
    });
  }

  static async start(context, source, settings = {}) {
    const agent = new RunningAgent(source, settings);
    context.after(() => agent.process.kill('SIGKILL'));
    agent.port = (await agent.line('agent.started')).port;
    while ((await agent.request('GET', '/ready')).status !== 200);
    return agent;
  }

  /** The first line with this event or message, also when it is still to come. */
  line(what) {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.lines.find((line) => line.event === what || line.message === what);
        if (!found) return;
        this.#waiting = this.#waiting.filter((one) => one !== look);
        resolve(found);
      };
      this.#waiting.push(look);
      look();
    });
  }

  /** Resolves with the answer when its head has come; its text is read by `text`. */
  open(method, url, body, headers = {}) {
    return new Promise((resolve, reject) => {
      const request = http.request({ host: '127.0.0.1', port: this.port, method, path: url, agent: false, headers }, resolve);
      request.on('error', reject);
      request.end(body);
    });
  }

  async request(method, url, body, headers) {
    const response = await this.open(method, url, body, headers);
    const chunks = [];
    for await (const chunk of response) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    return { status: response.statusCode, headers: response.headers, text, json: text ? JSON.parse(text) : undefined };
  }

  invoke(value, headers = {}) {
    return this.request('POST', '/invoke', JSON.stringify(value), { 'Content-Type': 'application/json', ...headers });
  }
}

module.exports = { RunningAgent, SDK };
