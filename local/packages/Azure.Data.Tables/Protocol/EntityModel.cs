using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Serialization;

namespace Azure.Data.Tables.Protocol;

/// <summary>How an entity class maps to properties: public ones, [DataMember] renames, [IgnoreDataMember] leaves out.</summary>
internal sealed class EntityModel
{
    private static readonly ConcurrentDictionary<Type, EntityModel> Models = new();

    private readonly Dictionary<string, PropertyInfo> properties;

    private EntityModel(Type type) => properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.GetIndexParameters().Length == 0
            && property.GetMethod is { IsPublic: true }
            && property.GetCustomAttribute<IgnoreDataMemberAttribute>() is null
            && property.Name is not (nameof(ITableEntity.ETag) or nameof(ITableEntity.Timestamp)))
        .ToDictionary(property => property.GetCustomAttribute<DataMemberAttribute>()?.Name ?? property.Name);

    public static EntityModel Of(Type type) => Models.GetOrAdd(type, static type => new EntityModel(type));

    public void Write(ITableEntity entity, Action<string, object?> write)
    {
        write(nameof(ITableEntity.PartitionKey), entity.PartitionKey);
        write(nameof(ITableEntity.RowKey), entity.RowKey);
        foreach (var (name, property) in properties)
        {
            if (name is not (nameof(ITableEntity.PartitionKey) or nameof(ITableEntity.RowKey)))
                write(name, property.GetValue(entity));
        }
    }

    public void Set(ITableEntity entity, string name, object value)
    {
        switch (name)
        {
            case nameof(ITableEntity.PartitionKey): entity.PartitionKey = (string)value; break;
            case nameof(ITableEntity.RowKey): entity.RowKey = (string)value; break;
            case nameof(ITableEntity.Timestamp): entity.Timestamp = (DateTimeOffset)value; break;
            case TableEntity.ETagName: entity.ETag = new ETag((string)value); break;
            default:
                if (properties.TryGetValue(name, out var property) && property.CanWrite)
                    property.SetValue(entity, Convert(value, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, name));
                break;
        }
    }

    private static object Convert(object value, Type wanted, string name) => value switch
    {
        _ when wanted.IsInstanceOfType(value) => value,
        string text when wanted.IsEnum => Enum.Parse(wanted, text),
        int number when wanted == typeof(long) => (long)number,
        int number when wanted == typeof(double) => (double)number,
        long number when wanted == typeof(ulong) => unchecked((ulong)number),
        DateTimeOffset time when wanted == typeof(DateTime) => time.UtcDateTime,
        byte[] bytes when wanted == typeof(BinaryData) => new BinaryData(bytes),
        _ => throw new InvalidOperationException($"The stored property '{name}' is of type {value.GetType()}, not {wanted}."),
    };
}
