using ProCode.Functions.Tests;

// One stack for all tests of this assembly; each test makes what it needs under names of its own.
[assembly: AssemblyFixture(typeof(SharedStack))]
