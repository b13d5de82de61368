// Azurite ends with the program that started it: when that program closes our standard input, or dies without a word,
// this is Azurite's SIGTERM, on which it writes its data to disk. A killed test run leaves no server behind.
process.stdin
  .on('end', () => process.listenerCount('SIGTERM') > 0 ? process.emit('SIGTERM') : process.exit())
  .resume()
  .unref();
