namespace ProCode.Contract.Tests.Registry;

/// <summary>A stream that can't be sought in and doesn't know its length, as what comes from a network or a program.</summary>
/// <param name="atMost">What one read gives at most.</param>
/// <param name="beforeRead">Called before every read.</param>
internal sealed class UnknownLengthStream(byte[] content, int atMost = int.MaxValue, Action? beforeRead = null) : Stream
{
    private readonly MemoryStream inner = new(content);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        beforeRead?.Invoke();
        return inner.Read(buffer, offset, Math.Min(count, atMost));
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
