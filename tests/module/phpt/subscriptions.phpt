--TEST--
Usages of a page and subscriptions of a wiki are compared
--FILE--
<?php
require __DIR__ . '/repo.inc';
use WikibaseDispatch\SubscriptionDiff;
use WikibaseDispatch\UsageDiff;

$page = UsageDiff::between( [ 'Q1#S', 'Q2#X', 'Q3#L.en' ], [ 'Q1#S', 'Q3#L.en', 'Q3#L', 'Q4#O', 'nothing', "Q5#\xff", 7 ] );
echo json_encode( [ $page->isEmpty(), $page->added(), $page->removed(), $page->begun(), $page->ceased() ] ), "\n";
$same = UsageDiff::between( [ 'Q1#S' ], [ 'Q1#S', 'Q1#S' ] );
echo json_encode( [ $same->isEmpty(), $same->added(), $same->removed(), $same->begun(), $same->ceased() ] ), "\n";

$wiki = SubscriptionDiff::of( [ 'Q1', 'Q2', 'Q3' ], [ 'Q1', 'Q2', 'Q9' ], [ 'Q2', 'Q3', 'Q8' ] );
echo json_encode( [ $wiki->missing(), $wiki->needless() ] ), "\n";

failure( fn () => new UsageDiff() );
failure( fn () => new SubscriptionDiff() );
?>
--EXPECT--
[false,[["Q3","L"],["Q4","O"]],[["Q2","X"],["Q3","L.en"]],["Q4"],["Q2"]]
[true,[],[],[],[]]
[["Q1"],["Q3"]]
Error 0: Call to private WikibaseDispatch\UsageDiff::__construct() from global scope
Error 0: Call to private WikibaseDispatch\SubscriptionDiff::__construct() from global scope
