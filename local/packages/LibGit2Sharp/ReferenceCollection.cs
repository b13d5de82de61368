using System.Collections;

namespace LibGit2Sharp;

/// <summary>The refs of a repository.</summary>
public class ReferenceCollection : IEnumerable<Reference>
{
    private readonly Repository _repository;

    internal ReferenceCollection(Repository repository) => _repository = repository;

    /// <summary>Makes a ref, which must not be there yet.</summary>
    public virtual DirectReference Add(string name, ObjectId targetId)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(targetId);
        if (!Reference.IsValidName(name))
            throw new InvalidSpecificationException($"the given reference name '{name}' is not valid");
        if (_repository.Objects.Find(name) is not null)
            throw new NameConflictException($"failed to write reference '{name}': a reference with that name already exists.");
        GitProgram.Run(_repository.Folder, ["update-ref", name, targetId.Sha, new string('0', targetId.Sha.Length)]).ThrowIfFailed();
        return new DirectReference(_repository, name, targetId.Sha);
    }

    public virtual IEnumerator<Reference> GetEnumerator() =>
        GitProgram.Run(_repository.Folder, ["for-each-ref", "--format=%(refname) %(objectname) %(symref)"]).ThrowIfFailed().Text
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .Select(fields => fields[2].Length == 0
                ? (Reference)new DirectReference(_repository, fields[0], fields[1])
                : new SymbolicReference(_repository, fields[0], fields[2]))
            .GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
