namespace ModelHub.Domain.Artifacts;

/// <summary>
/// Runs one pickle up to its STOP without building anything: the stack holds only texts that may name a module, null for all
/// else. It is needed because protocol 4 imports by two texts from the stack (STACK_GLOBAL), which may come from the memo.
/// Opcodes and their stack effects: CPython, Lib/pickletools.py.
/// </summary>
internal sealed class PickleMachine(PickleReader reader, PickleImports imports)
{
    private const int MaxStack = 4_000_000;
    private const int MaxMemo = 4_000_000;

    private readonly List<string?> stack = [];
    private readonly Stack<int> marks = new();
    // Also holds the keys of what is no text: MEMOIZE numbers by the count of entries, and a wrong count would recall a wrong name.
    private readonly Dictionary<ulong, string?> memo = [];

    /// <summary>Null at STOP, else why it cannot be read further.</summary>
    public string? Run()
    {
        try
        {
            while (Step((char)reader.Byte()))
            {
                if (stack.Count > MaxStack || marks.Count > MaxStack || memo.Count > MaxMemo)
                    return "too deep or too much remembered";
            }
            return null;
        }
        catch (PickleFaultException e)
        {
            return e.Message;
        }
    }

    private bool Step(char opcode)
    {
        switch (opcode)
        {
            case '.': return false;
            case '(': marks.Push(stack.Count); break;
            case '0': PopOrMark(); break;
            case '1': PopToMark(); break;
            case '2': Push(Peek()); break;
            case '\x80': Protocol(); break;
            case '\x95': reader.Skip(8); break;
            case '\x98': Peek(); break;
            case 'c': Import(reader.Line(), reader.Line(), "GLOBAL"); Push(null); break;
            case 'i': Import(reader.Line(), reader.Line(), "INST"); PopToMark(); Push(null); break;
            case '\x93': StackGlobal(); break;
            case '\x82': Extension(1); break;
            case '\x83': Extension(2); break;
            case '\x84': Extension(4); break;
            case 'g': Push(Recall(Index(reader.Line()))); break;
            case 'h': Push(Recall(reader.Unsigned(1))); break;
            case 'j': Push(Recall(reader.Unsigned(4))); break;
            case 'p': Remember(Index(reader.Line())); break;
            case 'q': Remember(reader.Unsigned(1)); break;
            case 'r': Remember(reader.Unsigned(4)); break;
            case '\x94': Remember((ulong)memo.Count); break;
            default: Value(opcode); break;
        }
        return true;
    }

    private void Value(char opcode)
    {
        switch (opcode)
        {
            // Texts.
            case 'S': Push(Unquoted(reader.Line())); break;
            case 'V': Push(reader.Line()); break;
            case 'U' or '\x8c': Push(reader.Text(reader.Unsigned(1))); break;
            case 'T' or 'X': Push(reader.Text(reader.Unsigned(4))); break;
            case '\x8d': Push(reader.Text(reader.Unsigned(8))); break;
            // Bytes and long integers: their length, then as much to skip.
            case 'C' or '\x8a': Skipped(reader.Unsigned(1)); break;
            case 'B' or '\x8b': Skipped(reader.Unsigned(4)); break;
            case '\x8e' or '\x96': Skipped(reader.Unsigned(8)); break;
            // Numbers.
            case 'F' or 'I' or 'L' or 'P': reader.Line(); Push(null); break;
            case 'K': Skipped(1); break;
            case 'M': Skipped(2); break;
            case 'J': Skipped(4); break;
            case 'G': Skipped(8); break;
            default: Structure(opcode); break;
        }
    }

    private void Structure(char opcode)
    {
        switch (opcode)
        {
            case 'N' or ']' or '}' or ')' or '\x88' or '\x89' or '\x8f' or '\x97': Push(null); break;
            case 'Q' or '\x85': Replace(1); break;
            case 'R' or '\x81' or '\x86': Replace(2); break;
            case '\x87' or '\x92': Replace(3); break;
            case 'a' or 'b': Pop(); break;
            case 's': Pop(); Pop(); break;
            case 'd' or 'l' or 't' or 'o' or '\x91': PopToMark(); Push(null); break;
            case 'e' or 'u' or '\x90': PopToMark(); break;
            default: throw new PickleFaultException($"0x{(int)opcode:x2} is no pickle opcode");
        }
    }

    private void Protocol()
    {
        if (reader.Byte() is > 5 and var protocol)
            throw new PickleFaultException($"protocol {protocol} is unknown");
    }

    private void Extension(int bytes)
    {
        imports.Unresolved("EXT", reader.Position);
        Skipped((ulong)bytes);
    }

    private void StackGlobal()
    {
        var name = Pop();
        var module = Pop();
        Import(module, name, "STACK_GLOBAL");
        Push(null);
    }

    private void Import(string? module, string? name, string opcode)
    {
        if (module is null || name is null)
            imports.Unresolved(opcode, reader.Position);
        else
            imports.Add(module, name);
    }

    private void Remember(ulong index) => memo[index] = Peek();

    private string? Recall(ulong index) => memo.GetValueOrDefault(index);

    private static ulong Index(string? line)
        => ulong.TryParse(line, out var index) ? index : throw new PickleFaultException("a memo index that is no number");

    private static string? Unquoted(string? line)
        => line is ['\'', .., '\''] or ['"', .., '"'] && !line.Contains('\\') ? line[1..^1] : null;

    private void Skipped(ulong bytes)
    {
        reader.Skip(bytes);
        Push(null);
    }

    private void Push(string? value) => stack.Add(value);

    private string? Peek() => stack.Count > 0 ? stack[^1] : throw new PickleFaultException("an empty stack");

    private string? Pop()
    {
        var top = Peek();
        stack.RemoveAt(stack.Count - 1);
        return top;
    }

    private void PopOrMark()
    {
        // POP on a bare mark removes the mark.
        if (marks.TryPeek(out var mark) && mark == stack.Count)
            marks.Pop();
        else
            Pop();
    }

    private void PopToMark()
    {
        if (!marks.TryPop(out var mark) || mark > stack.Count)
            throw new PickleFaultException("a missing mark");
        stack.RemoveRange(mark, stack.Count - mark);
    }

    private void Replace(int count)
    {
        for (var i = 0; i < count; i++)
            Pop();
        Push(null);
    }
}
