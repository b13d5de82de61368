// Azurite ends with the program that started it: when that program closes our standard input, or dies without a word,
// this is Azurite's SIGTERM, on which it writes its data to disk. A killed test run leaves no server behind.
process.stdin
  .on('end', () => process.listenerCount('SIGTERM') > 0 ? process.emit('SIGTERM') : process.exit())
  .resume()
  .unref();

// Ctrl-C reaches every program of the terminal at once; that program decides who stops first, so here it means nothing.
process.on('SIGINT', () => {});
process.on('newListener', (event, listener) => event === 'SIGINT' && process.nextTick(() => process.off('SIGINT', listener)));
