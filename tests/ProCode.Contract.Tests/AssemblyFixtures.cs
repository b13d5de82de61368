using ProCode.Testing.Storage;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]
