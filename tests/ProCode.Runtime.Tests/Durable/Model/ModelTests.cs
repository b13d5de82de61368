using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace ProCode.Runtime.Tests.Durable.Model;

/// <summary>
/// Random orchestrations, several at once, which are sent events, suspended, resumed, and whose process is restarted or dies at any operation on its file, come to what
/// a model without an engine says. Every push takes a few; PROCODE_DEEP=1 takes many, PROCODE_MODEL_COUNT that many, and PROCODE_MODEL_SEED repeats.
/// </summary>
public sealed class ModelTests(ITestOutputHelper output)
{
    private static readonly int Count = Number("PROCODE_MODEL_COUNT") ?? (Environment.GetEnvironmentVariable("PROCODE_DEEP") == "1" ? 3000 : 40);
    private static readonly int Seed = Number("PROCODE_MODEL_SEED") ?? Random.Shared.Next(1_000_000);

    [Fact]
    public void RandomOrchestrations_WhateverHappensToThem_EndAsTheModelSays()
    {
        output.WriteLine($"PROCODE_MODEL_SEED={Seed}, {Count} cases");
        var tried = 0;
        var config = Config.QuickThrowOnFailure
            .WithQuietOnSuccess(true)
            .WithMaxTest(Count)
            .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd((ulong)Seed), FSharpOption<int>.None)));
        Check.One(config, Prop.ForAll(Cases.Any, one =>
        {
            if (++tried % 100 == 0)
                TestContext.Current.SendDiagnosticMessage("seed {0}: {1} cases", Seed, tried);
            var faults = Task.Run(() => CaseRun.FindFaultsAsync(one)).GetAwaiter().GetResult();
            return faults.Count == 0 ? true : throw new InvalidOperationException($"{string.Join('\n', faults)}\nPROCODE_MODEL_SEED={Seed}");
        }));
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
