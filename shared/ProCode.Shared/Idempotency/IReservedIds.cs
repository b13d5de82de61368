namespace ProCode.Idempotency;

/// <summary>Ids that are kept in a row before anything is made under them, so that whoever repeats the work is given the same.</summary>
public interface IReservedIds
{
    /// <summary>The id at a place (0, 1, …) of an aggregate; taken and kept when it is asked for first.</summary>
    Task<long> ReserveAsync(string aggregate, int index, CancellationToken cancellation);
}
