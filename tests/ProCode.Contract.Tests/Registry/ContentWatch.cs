using Azure.Core;
using Azure.Core.Pipeline;

namespace ProCode.Contract.Tests.Registry;

/// <summary>Part of a client's pipeline that knows which contents of answers were disposed of: one that isn't keeps its connection.</summary>
/// <param name="status">Of the answers that are looked at.</param>
internal sealed class ContentWatch(int status) : HttpPipelineSynchronousPolicy
{
    public List<WatchedContent> Contents { get; } = [];

    public override void OnReceivedResponse(HttpMessage message)
    {
        if (message.Response.Status != status)
            return;
        var content = new WatchedContent();
        message.Response.ContentStream!.CopyTo(content);
        content.Position = 0;
        message.Response.ContentStream = content;
        Contents.Add(content);
    }

    internal sealed class WatchedContent : MemoryStream
    {
        public bool IsDisposed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
