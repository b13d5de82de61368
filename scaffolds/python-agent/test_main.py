"""Run with: python3 -m unittest"""

import unittest

from procode_agent import InvalidInput, Refusal

from main import agent

TEXT = "Agents answer. An agent's answer is short; agents that answer slowly are not asked again!"


class AgentTests(unittest.TestCase):
    def test_a_text_is_counted(self):
        result = agent.call({"input": TEXT})
        self.assertEqual((15, 2, 4), (result["words"], result["sentences"], result["readingSeconds"]))

    def test_the_most_used_words_come_first(self):
        self.assertEqual(["answer", "agents"], agent.call({"input": TEXT, "keywords": 2})["keywords"])

    def test_no_keywords_are_fine(self):
        self.assertEqual([], agent.call({"input": TEXT, "keywords": 0})["keywords"])

    def test_a_text_without_words_is_refused(self):
        with self.assertRaises(Refusal) as caught:
            agent.call({"input": "?! …"})
        self.assertEqual("NO_WORDS", caught.exception.code)

    def test_other_input_is_refused_by_the_schema(self):
        for wrong in ({}, {"input": 5}, {"input": "a", "keywords": 51}, {"input": "a", "more": 1}, "text"):
            with self.assertRaises(InvalidInput):
                agent.call(wrong)


if __name__ == "__main__":
    unittest.main()
