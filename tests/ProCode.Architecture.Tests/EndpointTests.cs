using System.Reflection;

namespace ProCode.Architecture.Tests;

/// <summary>Every HTTP function says who may call it and stands alone on its route.</summary>
public sealed class EndpointTests
{
    private static readonly IReadOnlyList<(MethodInfo Method, Route Route)> _endpoints = [.. Product.Methods.Select(Read).OfType<(MethodInfo, Route)>()];

    [Fact]
    public void Endpoints_OfTheProduct_AreFound() => Assert.NotEmpty(_endpoints);

    [Fact]
    public void Endpoints_Each_AskForAPermissionOrAreOpenOnPurpose()
    {
        Violations.None(_endpoints.Where(endpoint => Guards(endpoint.Method) != 1).Select(endpoint => endpoint.Route.ToString()));
    }

    [Fact]
    public void Endpoints_Each_AreAloneOnTheirRoute()
    {
        var routes = _endpoints.Select(endpoint => endpoint.Route).ToList();
        Violations.None(routes.SelectMany((route, i) => routes.Skip(i + 1).Where(route.Overlaps).Select(other => $"{route} overlaps {other}")));
    }

    [Fact]
    public void Endpoints_Each_HaveARouteThatTheHostLoads()
    {
        Violations.None(_endpoints.Where(endpoint => !Loads(endpoint.Route.Template)).Select(endpoint => endpoint.Route.ToString()));
    }

    [Fact]
    public void Endpoints_Each_AreSealedClassesNamedAsTheFunction()
    {
        Violations.None(_endpoints.Where(endpoint => endpoint.Method.DeclaringType is not { IsSealed: true } type || type.Name != endpoint.Route.Function)
            .Select(endpoint => endpoint.Route.ToString()));
    }

    [Fact]
    public void FeatureFolders_WithEndpoints_HoldAnHttpFile()
    {
        var folders = Repository.Files.Where(file => file.Path.StartsWith("functions/", StringComparison.Ordinal)
            && file.Text.Contains("[HttpTrigger(", StringComparison.Ordinal) && file.Text.Contains("[Function(", StringComparison.Ordinal)).Select(file => file.Folder).Distinct();
        var described = Repository.Files.Where(file => file.Path.EndsWith(".http", StringComparison.Ordinal)).Select(file => file.Folder).ToHashSet();

        Violations.None(folders.Except(described));
    }

    [Theory]
    [InlineData("x/{id}", "x/literal", true)]
    [InlineData("x/{id:long}", "x/literal", false)]
    [InlineData("x/{id:long}", "x/{name}", true)]
    [InlineData("x/{id:guid}", "x/{id:long}", false)]
    [InlineData("x", "X", true)]
    [InlineData("x/{id}/y", "x/{id}/z", false)]
    [InlineData("{*rest}", "x/y", true)]
    [InlineData("x/{*rest}", "x", true)]
    [InlineData("x/y", "x", false)]
    public void Overlaps_TwoRoutes_AsTheHostSeesThem(string first, string second, bool expected)
    {
        var (a, b) = (new Route("A", first, ["get"]), new Route("B", second, ["GET"]));

        Assert.Equal((expected, expected), (a.Overlaps(b), b.Overlaps(a)));
    }

    [Fact]
    public void Overlaps_OtherMethod_IsFine() => Assert.False(new Route("A", "x", ["get"]).Overlaps(new Route("B", "x", ["post"])));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("admin/users")]
    [InlineData("runtime/x")]
    public void Loads_RouteThatBreaksTheHost_IsFalse(string template) => Assert.False(Loads(template));

    private static bool Loads(string template) => template.Trim('/') is { Length: > 0 } route
        && !route.StartsWith("admin", StringComparison.OrdinalIgnoreCase) && !route.StartsWith("runtime", StringComparison.OrdinalIgnoreCase);

    private static int Guards(MethodInfo method)
    {
        var attributes = method.CustomAttributes.Concat(method.DeclaringType!.CustomAttributes).ToList();
        return attributes.Count(attribute => attribute.AttributeType.Name is "RequirePermissionAttribute" or "OpenEndpointAttribute");
    }

    private static (MethodInfo, Route)? Read(MethodInfo method)
    {
        if (Product.AttributeOf(method.CustomAttributes, "Function") is not { } function
            || method.GetParameters().Select(parameter => Product.AttributeOf(parameter.CustomAttributes, "HttpTrigger")).FirstOrDefault(trigger => trigger is not null) is not { } trigger)
        {
            return null;
        }

        var methods = trigger.ConstructorArguments.Select(argument => argument.Value).OfType<IReadOnlyCollection<CustomAttributeTypedArgument>>()
            .SelectMany(list => list.Select(item => (string)item.Value!)).ToList();
        var template = trigger.NamedArguments.FirstOrDefault(argument => argument.MemberName == "Route").TypedValue.Value as string ?? "";
        return (method, new Route((string)function.ConstructorArguments[0].Value!, template, methods));
    }
}
