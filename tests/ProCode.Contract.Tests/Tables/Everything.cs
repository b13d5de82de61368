using System.Runtime.Serialization;
using Azure;
using Azure.Data.Tables;

namespace ProCode.Contract.Tests.Tables;

/// <summary>A typed entity with a property of every kind that a table can hold.</summary>
public sealed class Everything : ITableEntity
{
    public enum Color
    {
        Red,
        Green,
    }

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string? Text { get; set; }

    public bool Flag { get; set; }

    public int Count { get; set; }

    public long Big { get; set; }

    public long? NullableBig { get; set; }

    public ulong Huge { get; set; }

    public double Ratio { get; set; }

    public Guid Id { get; set; }

    public DateTimeOffset Time { get; set; } = DateTimeOffset.UnixEpoch;

    public DateTime UtcTime { get; set; } = DateTime.UnixEpoch;

    public byte[]? Bytes { get; set; }

    public BinaryData? Data { get; set; }

    public Color Kind { get; set; }

    [DataMember(Name = "other_name")]
    public string? Renamed { get; set; }

    [IgnoreDataMember]
    public string? Ignored { get; set; }
}
