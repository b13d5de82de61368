namespace LibGit2Sharp;

/// <summary>Any failure that has no type of its own: a refused credential, an unreachable host, a server's error.</summary>
public class LibGit2SharpException : Exception
{
    public LibGit2SharpException()
    {
    }

    public LibGit2SharpException(string message)
        : base(message)
    {
    }

    public LibGit2SharpException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The base of the failures that libgit2 has an error code for.</summary>
public abstract class NativeException : LibGit2SharpException
{
    protected NativeException()
    {
    }

    internal NativeException(string message)
        : base(message)
    {
    }
}

/// <summary>An abbreviated id fits several objects.</summary>
public class AmbiguousSpecificationException(string message) : NativeException(message);

/// <summary>A name is not allowed.</summary>
public class InvalidSpecificationException(string message) : NativeException(message);

/// <summary>A name is taken.</summary>
public class NameConflictException(string message) : NativeException(message);

/// <summary>A push would overwrite what the remote has.</summary>
public class NonFastForwardException(string message) : NativeException(message);

/// <summary>What was asked for does not exist.</summary>
public class NotFoundException(string message) : NativeException(message);

/// <summary>A callback asked to stop.</summary>
public class UserCancelledException(string message) : NativeException(message);

/// <summary>A path holds no repository.</summary>
public class RepositoryNotFoundException(string message) : LibGit2SharpException(message);
