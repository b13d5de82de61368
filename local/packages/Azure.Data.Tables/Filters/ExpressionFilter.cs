using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.Serialization;

namespace Azure.Data.Tables.Filters;

/// <summary>The subset of C# conditions that a filter can say; anything else is refused, never evaluated here.</summary>
internal static class ExpressionFilter
{
    public static string ToOData<T>(Expression<Func<T, bool>> filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return Condition(filter.Body);
    }

    private static string Condition(Expression expression) => expression switch
    {
        _ when PropertyName(expression) is { } flag => $"{flag} eq true",
        UnaryExpression { NodeType: ExpressionType.Not } not => $"not ({Condition(not.Operand)})",
        BinaryExpression { NodeType: ExpressionType.AndAlso } and => $"({Condition(and.Left)}) and ({Condition(and.Right)})",
        BinaryExpression { NodeType: ExpressionType.OrElse } or => $"({Condition(or.Left)}) or ({Condition(or.Right)})",
        BinaryExpression comparison => Comparison(comparison),
        MethodCallExpression { Method: { Name: nameof(string.Equals), IsStatic: false } method, Object: { } left, Arguments: [var right] }
            when method.DeclaringType == typeof(string) => Comparison(left, ExpressionType.Equal, right),
        _ => throw Refused(expression),
    };

    private static string Comparison(BinaryExpression comparison)
    {
        // a.CompareTo(b) > 0 and string.Compare(a, b) > 0 are how C# says a > b of strings.
        var (left, right) = (comparison.Left, comparison.Right);
        if (left is MethodCallExpression { Method: { Name: nameof(string.CompareTo), IsStatic: false }, Object: { } first, Arguments: [var second] } && IsZero(right))
            return Comparison(first, comparison.NodeType, second);
        if (left is MethodCallExpression { Method.Name: nameof(string.Compare), Method: { IsStatic: true } method, Arguments: [var one, var other] }
            && method.DeclaringType == typeof(string) && IsZero(right))
            return Comparison(one, comparison.NodeType, other);
        return Comparison(left, comparison.NodeType, right);
    }

    private static string Comparison(Expression left, ExpressionType operation, Expression right) =>
        PropertyName(left) is { } property ? $"{property} {Operator(operation)} {Literal(right)}"
        : PropertyName(right) is { } mirrored ? $"{mirrored} {Operator(Mirrored(operation))} {Literal(left)}"
        : throw Refused(left);

    private static string Operator(ExpressionType operation) => operation switch
    {
        ExpressionType.Equal => "eq",
        ExpressionType.NotEqual => "ne",
        ExpressionType.LessThan => "lt",
        ExpressionType.LessThanOrEqual => "le",
        ExpressionType.GreaterThan => "gt",
        ExpressionType.GreaterThanOrEqual => "ge",
        _ => throw new NotSupportedException($"A table filter has no operator for {operation}."),
    };

    private static ExpressionType Mirrored(ExpressionType operation) => operation switch
    {
        ExpressionType.LessThan => ExpressionType.GreaterThan,
        ExpressionType.LessThanOrEqual => ExpressionType.GreaterThanOrEqual,
        ExpressionType.GreaterThan => ExpressionType.LessThan,
        ExpressionType.GreaterThanOrEqual => ExpressionType.LessThanOrEqual,
        _ => operation,
    };

    // entity.Name, entity["Name"] and entity.GetString("Name"), where entity is the condition's parameter.
    private static string? PropertyName(Expression expression) => expression switch
    {
        UnaryExpression { NodeType: ExpressionType.Convert } conversion => PropertyName(conversion.Operand),
        MemberExpression { Expression: ParameterExpression, Member: PropertyInfo property } => StoredName(property),
        MemberExpression { Member.Name: "Value", Expression: { } nullable } when Nullable.GetUnderlyingType(nullable.Type) is not null => PropertyName(nullable),
        MethodCallExpression { Object: ParameterExpression entity, Arguments: [var name] } when entity.Type == typeof(TableEntity) => (string)Value(name)!,
        _ => null,
    };

    private static string StoredName(PropertyInfo property)
    {
        if (property.GetCustomAttribute<DataMemberAttribute>()?.Name is { } renamed && renamed != property.Name)
            throw new NotSupportedException($"{property.Name} is stored as {renamed}: say so in a text filter.");

        // C# compares enums as numbers, and they are stored by name.
        if ((Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType).IsEnum)
            throw new NotSupportedException($"{property.Name} is stored as text: compare it with text in a text filter.");
        return property.Name;
    }

    private static bool IsZero(Expression expression) => expression is ConstantExpression { Value: 0 };

    private static string Literal(Expression expression)
    {
        var value = Value(expression);
        return value is null
            ? throw new NotSupportedException("A table has no null to compare with: an absent property matches nothing.")
            : FormattedFilter.Literal(value);
    }

    private static object? Value(Expression expression) => expression is ConstantExpression constant
        ? constant.Value
        : Expression.Lambda<Func<object?>>(Expression.Convert(expression, typeof(object))).Compile(preferInterpretation: true)();

    private static NotSupportedException Refused(Expression expression) => new($"A table filter can't say: {expression}");
}
