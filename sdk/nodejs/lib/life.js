'use strict';
// An agent's life as a process: from start to stop.

const logs = require('./logs.js');
const { Server } = require('./server.js');
const { readSettings } = require('./settings.js');

const REFUSED = 78; // EX_CONFIG of sysexits.h
const LAST_WORDS_MS = 1_000;

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
  const { stop, stopped, hurried } = signals();
  let code = 0;
  // A promise that nobody waits for has failed: somebody's mistake, but nothing is broken by it.
  process.on('unhandledRejection', (thrown) => logs.failure('agent.fault', 'a promise failed and nobody waited for it', thrown));
  process.on('uncaughtException', (thrown) => {
    logs.failure('agent.fault', 'an exception was not caught: the agent stops', thrown);
    code = 1;
    stop();
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
    stop();
  });

  await stopped;
  if (code === 0) logs.event('agent.stopping', 'no new invocations from now on');
  server.state = 'stopping';
  await within(settings.stopMs, server.idle(), hurried);
  if (!server.isIdle) {
    code = 1;
    server.cutOff();
    await within(LAST_WORDS_MS, server.idle());
  }
  await server.close(LAST_WORDS_MS);
  logs.event('agent.stopped', 'stopped');
  return code;
}

async function startUp(agent, server) {
  await agent.startUp();
  if (server.state === 'starting') server.state = 'ready';
}

/** The first signal resolves `stopped`, the second one `hurried`. */
function signals() {
  let stop, hurry;
  const stopped = new Promise((resolve) => (stop = resolve));
  const hurried = new Promise((resolve) => (hurry = resolve));
  let count = 0;
  for (const name of ['SIGTERM', 'SIGINT']) process.on(name, () => (++count === 1 ? stop() : hurry()));
  return { stop, stopped, hurried };
}

function within(milliseconds, ...events) {
  let timer;
  const time = new Promise((resolve) => (timer = setTimeout(resolve, milliseconds)));
  return Promise.race([time, ...events]).finally(() => clearTimeout(timer));
}

module.exports = { run };
