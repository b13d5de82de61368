'use strict';
// An agent's life as a process: from start to stop.

const logs = require('./logs.js');
const { Server } = require('./server.js');
const { readSettings } = require('./settings.js');

const REFUSED = 78; // EX_CONFIG of sysexits.h
const LAST_WORDS_MS = 1_000;
const LOOK_MS = 20;

/** Serves until a signal; ends the process. */
function run(agent) {
  logs.configure('info', process.env);
  let settings;
  try {
    settings = readSettings(process.env);
    agent.check();
  } catch (wrong) {
    logs.event('agent.refused', wrong.message, {}, 'error');
    process.exit(REFUSED);
  }
  logs.configure(settings.logLevel, process.env);
  logs.captureConsole();
  void serve(agent, settings).then((code) => process.exit(code));
}

async function serve(agent, settings) {
  const server = new Server(agent, settings);
  const signals = takeSignals();
  let code = 0;
  // A promise that nobody waits for has failed: somebody's mistake, but nothing is broken by it.
  process.on('unhandledRejection', (thrown) => logs.failure('agent.fault', 'a promise failed and nobody waited for it', thrown));
  process.on('uncaughtException', (thrown) => {
    logs.failure('agent.fault', 'an exception was not caught: the agent stops', thrown);
    code = 1;
    signals.stop();
  });

  let port;
  try {
    port = await server.listen();
  } catch (wrong) {
    logs.event('agent.refused', `can't listen on ${settings.host} port ${settings.port}: ${wrong.code ?? wrong.message}`, {}, 'error');
    return 1;
  }
  logs.event('agent.started', `${agent.name} ${agent.version} listens on port ${port}`, { port });
  void startUp(agent, server).catch((thrown) => {
    if (server.state === 'stopping') return;
    logs.failure('agent.failed', 'the start-up function failed', thrown);
    code = 1;
    signals.stop();
  });

  await signals.stopped;
  if (code === 0) logs.event('agent.stopping', 'no new invocations from now on');
  server.state = 'stopping';
  await waitWhile(() => server.isBusy && !signals.hurry, settings.stopMs);
  if (server.isBusy) {
    code = 1;
    server.cutOff();
    await waitWhile(() => server.isBusy, LAST_WORDS_MS);
  }
  server.close();
  logs.event('agent.stopped', 'stopped');
  return code;
}

async function startUp(agent, server) {
  await agent.startUp();
  if (server.state === 'starting') server.state = 'ready';
}

/** `stopped` resolves with the first signal, or stop(); `hurry` is true from the second signal on. */
function takeSignals() {
  const signals = { hurry: false };
  signals.stopped = new Promise((resolve) => (signals.stop = resolve));
  let count = 0;
  for (const name of ['SIGTERM', 'SIGINT']) {
    process.on(name, () => {
      signals.stop();
      signals.hurry = ++count > 1;
    });
  }
  return signals;
}

async function waitWhile(holds, milliseconds) {
  const end = performance.now() + milliseconds;
  while (holds() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}

module.exports = { run };
