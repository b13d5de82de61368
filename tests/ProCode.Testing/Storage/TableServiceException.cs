namespace ProCode.Testing.Storage;

/// <summary>The service's refusal of a request: its status and error code.</summary>
internal sealed class TableServiceException(int status, string code, string message) : Exception(message)
{
    public int Status => status;

    public string Code => code;

    public static TableServiceException NotFound() => new(404, "ResourceNotFound", "The specified resource does not exist.");

    public static TableServiceException TableNotFound() => new(404, "TableNotFound", "The table specified does not exist.");

    public static TableServiceException InvalidInput(string message) => new(400, "InvalidInput", message);
}
