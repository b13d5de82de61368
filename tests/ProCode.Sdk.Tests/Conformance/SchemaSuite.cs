using System.Text.Json;

namespace ProCode.Sdk.Tests.Conformance;

/// <summary>Inputs against the input schema: the documented subset of JSON Schema, the same in every language.</summary>
public abstract class SchemaSuite<TLanguage>(SharedAgents<TLanguage> agents) : IClassFixture<SharedAgents<TLanguage>>
    where TLanguage : IAgentLanguage
{
    [Theory]
    [InlineData("""{"count":1}""")]
    [InlineData("""{"count":1.0}""")]
    [InlineData("""{"count":1e2}""")]
    [InlineData("""{"count":null}""")]
    [InlineData("""{"ratio":0.5}""")]
    [InlineData("""{"ratio":0}""")]
    [InlineData("""{"name":"ab"}""")]
    [InlineData("""{"name":"\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00"}""")]
    [InlineData("""{"kind":"a"}""")]
    [InlineData("""{"kind":1.0}""")]
    [InlineData("""{"kind":null}""")]
    [InlineData("""{"kind":{"x":[1]}}""")]
    [InlineData("""{"fixed":true}""")]
    [InlineData("""{"items":[{"name":"x","more":1},{"name":""}]}""")]
    [InlineData("""{"value":{"anything":[{}]}}""")]
    public async Task Invoke_InputThatFits_Runs(string input)
    {
        var answer = await agents.Plain.PostAsync("""{"do":"echo",""" + input[1..]);
        Assert.True(answer.Status == 200, answer.Body);
    }

    [Theory]
    [InlineData("""{"count":0}""", "/count")]
    [InlineData("""{"count":101}""", "/count")]
    [InlineData("""{"count":1.5}""", "/count")]
    [InlineData("""{"count":true}""", "/count")]
    [InlineData("""{"count":"1"}""", "/count")]
    [InlineData("""{"count":1e400}""", "/count")]
    [InlineData("""{"ratio":0.51}""", "/ratio")]
    [InlineData("""{"ratio":-1}""", "/ratio")]
    [InlineData("""{"ratio":null}""", "/ratio")]
    [InlineData("""{"name":"a"}""", "/name")]
    [InlineData("""{"name":"\ud83d\ude00"}""", "/name")]
    [InlineData("""{"name":"abcde"}""", "/name")]
    [InlineData("""{"name":["ab"]}""", "/name")]
    [InlineData("""{"kind":true}""", "/kind")]
    [InlineData("""{"kind":"1"}""", "/kind")]
    [InlineData("""{"kind":{"x":[1],"y":1}}""", "/kind")]
    [InlineData("""{"fixed":1}""", "/fixed")]
    [InlineData("""{"items":[]}""", "/items")]
    [InlineData("""{"items":[{"name":"x"},{"name":"x"},{"name":"x"}]}""", "/items")]
    [InlineData("""{"items":[{"name":"x"},{}]}""", "/items/1/name")]
    [InlineData("""{"items":[{"name":5}]}""", "/items/0/name")]
    [InlineData("""{"items":[null]}""", "/items/0")]
    [InlineData("""{"un/k~nown":1}""", "/un~1k~0nown")]
    public async Task Invoke_InputThatDoesNotFit_Is400AndNamesTheField(string input, string field)
    {
        var answer = await agents.Plain.PostAsync("""{"do":"echo",""" + input[1..]);
        Assert.Equal((400, "INVALID_INPUT"), answer.Failure);
        var detail = Assert.Single(answer.Json.GetProperty("details").EnumerateArray());
        Assert.Equal(field, detail.GetProperty("field").GetString());
        Assert.NotEmpty(detail.GetProperty("issue").GetString()!);
    }

    [Theory]
    [InlineData("{}", "/do")]
    [InlineData("[]", "")]
    [InlineData("\"echo\"", "")]
    [InlineData("null", "")]
    public async Task Invoke_InputOfAnotherShape_NamesTheWhole(string input, string field)
    {
        var answer = await agents.Plain.PostAsync(input);
        Assert.Equal((400, "INVALID_INPUT"), answer.Failure);
        Assert.Equal(field, Assert.Single(answer.Json.GetProperty("details").EnumerateArray()).GetProperty("field").GetString());
    }

    [Fact]
    public async Task Invoke_ManyFieldsWrong_TellsThemAllButAtMostTwenty()
    {
        var few = await agents.Plain.PostAsync("""{"count":0,"ratio":9,"name":"a"}""");
        Assert.Equal(["/count", "/do", "/name", "/ratio"], Fields(few).Order(StringComparer.Ordinal));
        var many = await agents.Plain.InvokeAsync(Enumerable.Range(0, 1000).ToDictionary(n => $"unknown{n}", n => (object)n));
        Assert.Equal(20, Fields(many).Count());

        static IEnumerable<string> Fields(AgentAnswer answer) => answer.Json.GetProperty("details").EnumerateArray().Select(detail => detail.GetProperty("field").GetString()!);
    }

    [Fact]
    public async Task Invoke_WrongInput_IsNotRepeatedInTheAnswer()
    {
        var answer = await agents.Plain.PostAsync(JsonSerializer.Serialize(new { @do = "echo", count = "a password", name = "a password", kind = "a password" }));
        Assert.Equal(400, answer.Status);
        Assert.DoesNotContain("password", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SchemaOutsideTheSubset_IsRefused()
    {
        await using var agent = await RunningAgent.LaunchAsync<TLanguage>("bad-schema");
        Assert.Equal(78, await agent.Exited.WaitAsync(TimeSpan.FromSeconds(30)));
        var line = await agent.WaitForLineAsync(line => RunningAgent.Text(line, "event") == "agent.refused");
        Assert.Contains("pattern", RunningAgent.Text(line, "message"), StringComparison.Ordinal);
    }
}
