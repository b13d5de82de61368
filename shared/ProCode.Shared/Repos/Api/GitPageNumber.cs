using System.Globalization;

namespace ProCode.Repos.Api;

/// <summary>Where a host that counts pages goes on. Its text form is our continuation: it holds the size too, because pages of another size
/// would begin elsewhere.</summary>
internal readonly record struct GitPageNumber(int Page, int PerPage)
{
    private const int MostPerPage = 100;

    public GitPageNumber Next => this with { Page = Page + 1 };

    /// <summary>False for a continuation that is none of ours.</summary>
    public static bool TryRead(GitPageRequest request, out GitPageNumber number)
    {
        number = new GitPageNumber(1, Math.Clamp(request.Limit, 1, MostPerPage));
        if (request.Continuation is not { } continuation) return true;
        var parts = continuation.Split('.');
        if (parts.Length != 2 || !TryRead(parts[0], out var page) || !TryRead(parts[1], out var perPage) || perPage > MostPerPage) return false;
        number = new GitPageNumber(page, perPage);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Page}.{PerPage}");

    private static bool TryRead(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is > 0 and < int.MaxValue;
}
