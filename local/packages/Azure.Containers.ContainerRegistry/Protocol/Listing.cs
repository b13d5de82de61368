using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure.Core;

namespace Azure.Containers.ContainerRegistry.Protocol;

/// <summary>A list in pages. The registry says by the Link header where the next page is, and that header is the continuation token.</summary>
/// <exception cref="RequestFailedException">When it is read: the registry refused it, or the header or token is none that leads on.</exception>
/// <param name="first">The request for the first page, of at most so many items; its second argument says whether asynchronously.</param>
/// <param name="read">The items of a page's JSON.</param>
internal sealed class Listing<T>(RegistryService service, Func<int?, bool, Task<HttpMessage>> first, Func<JsonElement, IReadOnlyList<T>> read, CancellationToken cancellationToken)
    where T : notnull
{
    public AsyncPageable<T> InAsyncPages() => new AsyncPages(this, cancellationToken);

    public Pageable<T> InPages() => new Pages(this, cancellationToken);

    private async Task<Page<T>> ReadPageAsync(string? link, int? size, bool async, CancellationToken cancellationToken)
    {
        using var message = string.IsNullOrEmpty(link) ? await first(size, async).ConfigureAwait(false)
            : service.NewMessageTo(AddressIn(link), RequestMethod.Get, Accept.Ok);
        var response = await service.SendAsync(message, async, cancellationToken).ConfigureAwait(false);
        using var document = JsonDocument.Parse(response.Content);
        return Page<T>.FromValues(read(document.RootElement), response.Headers.TryGetValue("Link", out var next) ? next : null, response);
    }

    // What stands between the angle brackets. The answer that has the header went well, so the status is 200.
    private static string AddressIn(string link) =>
        link.IndexOf('<', StringComparison.Ordinal) is >= 0 and var start && link.IndexOf('>', start) is > 0 and var end
            ? link[(start + 1)..end]
            : throw new RequestFailedException(200, "Invalid link to the next page in the registry's answer.");

    private sealed class AsyncPages(Listing<T> listing, CancellationToken ofList) : AsyncPageable<T>
    {
        public override IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null) => ReadAsync(continuationToken, pageSizeHint);

        public override async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        {
            await foreach (var page in ReadAsync(null, null, cancellationToken).ConfigureAwait(false))
            {
                foreach (var item in page.Values)
                    yield return item;
            }
        }

        private async IAsyncEnumerable<Page<T>> ReadAsync(string? link, int? size, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(ofList, cancellationToken);
            do
            {
                var page = await listing.ReadPageAsync(link, size, async: true, both.Token).ConfigureAwait(false);
                yield return page;
                link = page.ContinuationToken;
            }
            while (!string.IsNullOrEmpty(link));
        }
    }

    private sealed class Pages(Listing<T> listing, CancellationToken ofList) : Pageable<T>
    {
        public override IEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
        {
            var link = continuationToken;
            do
            {
                var page = listing.ReadPageAsync(link, pageSizeHint, async: false, ofList).Ended();
                yield return page;
                link = page.ContinuationToken;
            }
            while (!string.IsNullOrEmpty(link));
        }
    }
}
