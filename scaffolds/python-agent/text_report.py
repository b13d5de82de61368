"""Counts a text's words and sentences, and finds what it is about."""

import re
from collections import Counter

WORDS_PER_MINUTE = 230
COMMON = frozenset(
    "a about after all also an and any are as at be been but by can could did do does for from get had has have he her him his how i if in into is it its just"
    " like me more most my no not now of on one only or other our out over she should so some such than that the their them then there these they this those to"
    " too up us very was we were what when which who will with would you your".split()
)
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_SENTENCE_END = re.compile(r"[.!?…。！？]+")


def report(text: str, keywords: int) -> dict:
    words = _WORD.findall(text)
    sentences = sum(1 for part in _SENTENCE_END.split(text) if _WORD.search(part))
    return {
        "words": len(words),
        "sentences": sentences,
        "readingSeconds": round(len(words) * 60 / WORDS_PER_MINUTE),
        "keywords": find_keywords(words, keywords),
    }


def find_keywords(words: list, most: int) -> list:
    """The words that are used most and say something; of two used equally often, the earlier one first."""
    telling = [word.lower() for word in words if len(word) > 2 and word.lower() not in COMMON and not word.isdigit()]
    return [word for word, _ in Counter(telling).most_common(most)]
