# Changes comments of MediaWiki 1.43 that say less than its code does, something else, or what cannot happen here.

# Only with CONN_SILENCE_ERRORS, which nothing here gives.
s/@return IDatabase|false This returns false.*/@return IDatabase/

# Every connection is an IMaintainableDatabase, and SQLite's knows its file.
s!^interface IDatabase extends!/** @method bool tableExists( string $table, string $fname )\n * @method bool fieldExists( string $table, string $field, string $fname )\n * @method string getDbFilePath() */\n&!

# The values of a column, one after the other.
/extract a single field from each/,/@return array$/ s/@return array$/@return list<mixed>/

# A metric that takes whatever is called.
s!^class NullMetric!/** @method void incrementBy( float $value )\n * @method void observe( float $value ) */\n&!

# A loop gets no row after the last one, and a row is only made an array when that is asked for.
s/@return stdClass|array|false/@return stdClass/

# No hook of ours stops those of others. To the checker, a return value that may be none has to be returned.
s/@return \(bool\|true\)|void/@return void/
s/@return bool|null|void/@return bool|null/
