namespace ProCode.Local.Durable.Storage;

/// <summary>
/// Hears of every statement that is sent to the engine's file, and may throw in its place: how tests let an operation fail, or be the last one before the process
/// dies. Called from several threads.
/// </summary>
public interface IStorageFate
{
    /// <summary>What it throws, the statement has thrown, without being carried out.</summary>
    void Before(string statement);

    /// <summary>What it throws, nobody hears that the statement has been carried out.</summary>
    void After(string statement);
}
