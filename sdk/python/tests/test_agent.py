import asyncio
import functools
import unittest

from procode_agent import Agent, InvalidInput, InvalidOutput, Refusal
from procode_agent.schema import SchemaError


def made(function, **schemas):
    agent = Agent("tested", version="1.0.0")
    agent.invoke(**schemas)(function)
    return agent


class CallTests(unittest.TestCase):
    def test_call_of_each_kind_of_function_gives_its_output(self):
        async def coroutine(value):
            await asyncio.sleep(0)
            return value + 1

        def generator(value):
            yield value
            yield value + 1

        async def async_generator(value):
            yield value
            yield value + 1

        self.assertEqual(2, made(lambda value: value + 1).call(1))
        self.assertEqual(2, made(coroutine).call(1))
        self.assertEqual([1, 2], made(generator).call(1))
        self.assertEqual([1, 2], made(async_generator).call(1))
        self.assertEqual([False, False, True, True], [made(f).streaming for f in (lambda v: v, coroutine, generator, async_generator)])

    def test_the_kind_is_that_of_the_function_inside_decorators_and_objects(self):
        def around(function):
            return functools.wraps(function)(lambda *arguments: function(*arguments))

        async def coroutine(value):
            return value

        async def async_generator(value):
            yield value

        class Callable:
            async def __call__(self, value):
                return value

        self.assertEqual(1, made(around(coroutine)).call(1))
        self.assertEqual([1], made(around(async_generator)).call(1))
        self.assertEqual(1, made(Callable()).call(1))
        self.assertEqual(1, made(functools.partial(lambda more, value: value, None)).call(1))

    def test_a_plain_function_that_returns_a_generator_has_no_output(self):
        with self.assertRaises(InvalidOutput):
            made(lambda value: (n for n in (1, 2))).call(1)

    def test_call_with_a_context_gets_one(self):
        agent = made(lambda value, context: [len(context.request_id), context.cancelled, context.remaining > 0])
        self.assertEqual([32, False, True], agent.call(None))

    def test_call_of_a_method_works(self):
        class Greeter:
            def greet(self, value):
                return f"hello {value}"

        self.assertEqual("hello you", made(Greeter().greet).call("you"))

    def test_call_with_wrong_input_says_where(self):
        with self.assertRaises(InvalidInput) as caught:
            made(lambda value: value, input={"properties": {"n": {"type": "integer"}}}).call({"n": "1"})
        self.assertEqual([{"field": "/n", "issue": "must be of type integer"}], caught.exception.details)

    def test_call_with_wrong_output_raises(self):
        for output in (5, float("nan"), object(), {1, 2}):
            with self.assertRaises(InvalidOutput):
                made(lambda value: output, output={"type": ["string", "object", "number"], "maximum": 4}).call(None)

    def test_call_that_refuses_raises_the_refusal(self):
        def refuse(value):
            raise Refusal("TOO_OLD", "It is too old.")

        with self.assertRaises(Refusal):
            made(refuse).call(None)

    def test_call_gives_what_json_makes_of_the_output(self):
        self.assertEqual({"1": [1, 2], "x": "\ud800"}, made(lambda value: {1: (1, 2), "x": "\ud800"}).call(None))


class DefinitionTests(unittest.TestCase):
    def test_a_second_function_is_refused(self):
        agent = made(lambda value: value)
        with self.assertRaises(ValueError):
            agent.invoke()(lambda value: value)

    def test_check_without_a_function_raises(self):
        with self.assertRaises(ValueError):
            Agent("tested", version="1").check()

    def test_check_of_an_impossible_name_or_version_raises(self):
        for name, version in (("", "1"), (" ", "1"), ("a" * 101, "1"), ("a", ""), ("a", None)):
            agent = Agent(name, version=version)
            agent.invoke()(lambda value: value)
            with self.assertRaises(ValueError, msg=f"{name!r} {version!r}"):
                agent.check()

    def test_check_names_the_schema_at_fault(self):
        with self.assertRaisesRegex(SchemaError, "output schema.*/items/pattern"):
            made(lambda value: value, output={"items": {"pattern": "a"}}).check()

    def test_a_refusal_with_a_code_that_is_none_is_refused(self):
        for code in ("", "lower", "A B", "1A", "A" * 65, "A\n"):
            with self.assertRaises(ValueError, msg=code):
                Refusal(code, "text")
