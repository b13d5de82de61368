'use strict';
// The variables of the contract.

const LEVELS = ['debug', 'info', 'warning', 'error'];
const MAX_TIMER_SECONDS = 2147483; // What a timer of Node can hold.

/** Says which variables can't be used, and why. */
class SettingsError extends Error {}

/** The settings of an environment, with the contract's defaults; throws SettingsError. Times are in milliseconds. */
function readSettings(env) {
  const problems = [];

  function whole(name, byDefault, least, most) {
    const text = env[name] ?? String(byDefault);
    if (/^[0-9]{1,15}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
    problems.push(`${name} must be a whole number from ${least} to ${most}`);
    return byDefault;
  }

  function milliseconds(name, byDefault) {
    const text = env[name] ?? String(byDefault);
    if (/^[0-9]{1,9}(\.[0-9]{1,9})?$/.test(text) && Number(text) > 0) return Math.max(1, Math.round(Math.min(Number(text), MAX_TIMER_SECONDS) * 1000));
    problems.push(`${name} must be a positive number of seconds`);
    return byDefault * 1000;
  }

  const logLevel = env.PROCODE_LOG_LEVEL ?? 'info';
  if (!LEVELS.includes(logLevel)) problems.push(`PROCODE_LOG_LEVEL must be one of ${LEVELS.join(', ')}`);
  const settings = {
    port: whole('PORT', 8080, 0, 65535),
    host: env.PROCODE_HOST ?? '0.0.0.0',
    maxBody: whole('PROCODE_MAX_BODY_BYTES', 1024 * 1024, 1, 2 ** 29),
    maxOutput: whole('PROCODE_MAX_OUTPUT_BYTES', 16 * 1024 * 1024, 1, 2 ** 29),
    maxInvocations: whole('PROCODE_MAX_INVOCATIONS', 16, 1, 10_000),
    invokeMs: milliseconds('PROCODE_INVOKE_SECONDS', 120),
    readMs: milliseconds('PROCODE_READ_SECONDS', 15),
    stopMs: milliseconds('PROCODE_STOP_SECONDS', 25),
    logLevel,
  };
  if (problems.length > 0) throw new SettingsError(problems.join('; '));
  return settings;
}

module.exports = { LEVELS, SettingsError, readSettings };
