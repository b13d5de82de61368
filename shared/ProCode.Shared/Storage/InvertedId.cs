using System.Globalization;

namespace ProCode.Storage;

/// <summary>Ids as row keys that sort the newest first.</summary>
public static class InvertedId
{
    /// <summary>Nineteen digits that get smaller as the id grows.</summary>
    public static string Of(long id) => (long.MaxValue - id).ToString("D19", CultureInfo.InvariantCulture);
}
