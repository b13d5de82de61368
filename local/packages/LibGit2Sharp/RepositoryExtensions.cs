using System.Text;

namespace LibGit2Sharp;

/// <summary>Shorter ways to say common things.</summary>
public static class RepositoryExtensions
{
    /// <summary>The object of that type that a revision names, or null.</summary>
    public static T Lookup<T>(this IRepository repository, string objectish)
        where T : GitObject =>
        (T)repository.Lookup(objectish, typeof(T).Name switch
        {
            nameof(Commit) => ObjectType.Commit,
            nameof(Tree) => ObjectType.Tree,
            nameof(Blob) => ObjectType.Blob,
            nameof(TagAnnotation) => ObjectType.Tag,
            _ => throw new ArgumentException($"{typeof(T).Name} is not a type of object.", nameof(objectish)),
        });

    /// <summary>Makes an annotated tag.</summary>
    public static Tag ApplyTag(this IRepository repository, string tagName, string objectish, Signature tagger, string message)
    {
        ArgumentException.ThrowIfNullOrEmpty(tagName);
        ArgumentException.ThrowIfNullOrEmpty(objectish);
        ArgumentNullException.ThrowIfNull(tagger);
        ArgumentNullException.ThrowIfNull(message);
        var owner = (Repository)repository;
        var name = "refs/tags/" + tagName;
        if (tagName.StartsWith('-') || !Reference.IsValidName(name))
            throw new InvalidSpecificationException($"'{tagName}' is not a valid tag name");
        if (owner.Objects.Find(objectish) is not var (target, type))
            throw new NotFoundException($"No valid git object identified by '{objectish}' exists in the repository.");
        if (owner.Objects.Find(name) is not null)
            throw new NameConflictException("tag already exists");

        var text = $"object {target.Sha}\ntype {type}\ntag {tagName}\ntagger {tagger.ToGit()}\n\n{message.ReplaceLineEndings("\n").TrimEnd()}\n";
        var id = GitProgram.Run(owner.Folder, ["mktag"], Encoding.UTF8.GetBytes(text)).ThrowIfFailed().Text.Trim();
        GitProgram.Run(owner.Folder, ["update-ref", name, id, new string('0', id.Length)]).ThrowIfFailed();
        return new Tag(repository, name, new TagAnnotation(owner, new ObjectId(id)));
    }
}
