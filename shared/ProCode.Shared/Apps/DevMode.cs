using System.Text.Json.Serialization;

namespace ProCode.Apps;

/// <summary>How an app is developed; fixed when it is created.</summary>
public enum DevMode
{
    [JsonStringEnumMemberName("low-code")]
    LowCode,

    [JsonStringEnumMemberName("pro-code")]
    ProCode,
}
