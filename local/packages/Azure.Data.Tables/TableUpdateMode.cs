namespace Azure.Data.Tables;

/// <summary>Merge keeps stored properties that the entity doesn't have; Replace drops them.</summary>
public enum TableUpdateMode
{
    Merge = 0,
    Replace = 1,
}
