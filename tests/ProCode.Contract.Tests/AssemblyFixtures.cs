using ProCode.Contract.Tests.Registry;
using ProCode.Testing.Storage;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]
[assembly: AssemblyFixture(typeof(RegistryFixture))]
