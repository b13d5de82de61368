namespace ProCode.Dev;

/// <summary>Something that the person at the keyboard can mend; its message is one complete explanation, shown without a stack trace.</summary>
public sealed class DevException(string message) : Exception(message);
