namespace Microsoft.Azure.Functions.Worker;

/// <summary>Which key the Functions host asks for before it lets a request in.</summary>
public enum AuthorizationLevel
{
    Anonymous = 0,
    User = 1,
    Function = 2,
    System = 3,
    Admin = 4,
}
