namespace ProCode.Local.Durable.Storage;

/// <summary>
/// The order in which things arrived: numbers that only grow, and are never given twice for one file, also when what had them is long gone. Used by the writer alone.
/// </summary>
/// <param name="opening">How often the file was opened before, this time included.</param>
internal sealed class Places(long opening)
{
    // Enough for as many arrivals as a process can live to see, and for eight million openings.
    private const int BitsOfOneOpening = 40;

    private long _last = opening << BitsOfOneOpening;

    public long Next() => ++_last;
}
