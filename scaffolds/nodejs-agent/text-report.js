// Counts a text's words and sentences, and finds what it is about.

const WORDS_PER_MINUTE = 230;
const COMMON = new Set(
  (
    'a about after all also an and any are as at be been but by can could did do does for from get had has have he her him his how i if in into is it its just' +
    ' like me more most my no not now of on one only or other our out over she should so some such than that the their them then there these they this those to' +
    ' too up us very was we were what when which who will with would you your'
  ).split(' '),
);
const WORD = /[\p{L}\p{N}_]+(?:['’-][\p{L}\p{N}_]+)*/gu;
const SENTENCE_END = /[.!?…。！？]+/u;

export function report(text, keywords) {
  const words = text.match(WORD) ?? [];
  return {
    words: words.length,
    sentences: text.split(SENTENCE_END).filter((part) => part.search(WORD) >= 0).length,
    readingSeconds: Math.round((words.length * 60) / WORDS_PER_MINUTE),
    keywords: findKeywords(words, keywords),
  };
}

/** The words that are used most and say something; of two used equally often, the earlier one first. */
function findKeywords(words, most) {
  const counts = new Map();
  for (const word of words.map((one) => one.toLowerCase())) {
    if (word.length > 2 && !COMMON.has(word) && !/^\p{N}+$/u.test(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).slice(0, most).map(([word]) => word);
}
