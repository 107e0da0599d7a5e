/*
 * Special:DispatchStatus: sorts, filters and turns pages of the table of clients without loading the whole page again.
 * The server does the work, as it does where there is no script; this only takes the table out of its answer.
 */
( function () {
	'use strict';

	/** Milliseconds after the last key, before a filter is applied. */
	var PATIENCE = 250;

	var section = document.getElementById( 'wbd-clients' );
	if ( !section || !window.fetch || !window.DOMParser || !window.URLSearchParams ) {
		return;
	}
	var form = section.querySelector( '.wbd-form' );
	var last = null;
	var timer = null;

	/** Puts a part of the new page where the old one has it, or had none. */
	function replace( selector, answer ) {
		var old = section.querySelector( selector );
		var now = answer.querySelector( selector );
		if ( old && now ) {
			old.parentNode.replaceChild( now, old );
		} else if ( now ) {
			section.appendChild( now );
		} else if ( old ) {
			old.parentNode.removeChild( old );
		}
	}

	function show( page, url ) {
		var answer = page.getElementById( 'wbd-clients' );
		if ( !answer ) {
			window.location.href = url;
			return;
		}
		var links = section.querySelectorAll( '.wbd-sort' );
		var focused = Array.prototype.indexOf.call( links, document.activeElement );
		// Its text alone, so that it is read out.
		section.querySelector( '.wbd-count' ).textContent = answer.querySelector( '.wbd-count' ).textContent;
		replace( '.wbd-scroll', answer );
		replace( '.wbd-pages', answer );
		form.querySelectorAll( 'input[type=hidden]' ).forEach( function ( field ) {
			form.removeChild( field );
		} );
		answer.querySelectorAll( '.wbd-form input[type=hidden]' ).forEach( function ( field ) {
			form.appendChild( field );
		} );
		var hours = document.querySelector( '.wbd-hours' );
		if ( hours ) {
			hours.parentNode.replaceChild( page.querySelector( '.wbd-hours' ), hours );
		}
		if ( focused >= 0 ) {
			section.querySelectorAll( '.wbd-sort' )[ focused ].focus();
		}
		window.history.replaceState( null, '', url );
	}

	function load( url ) {
		var mine = last = {};
		section.setAttribute( 'aria-busy', 'true' );
		window.fetch( url, { credentials: 'same-origin' } ).then( function ( response ) {
			return response.text();
		} ).then( function ( html ) {
			// Somebody who types on wants none of the answers before the last.
			if ( mine === last ) {
				section.removeAttribute( 'aria-busy' );
				show( new window.DOMParser().parseFromString( html, 'text/html' ), url );
			}
		} ).catch( function () {
			window.location.href = url;
		} );
	}

	function filter() {
		window.clearTimeout( timer );
		load( form.getAttribute( 'action' ) + '?' + new window.URLSearchParams( new window.FormData( form ) ) );
	}

	section.addEventListener( 'click', function ( event ) {
		var link = event.target.closest( '.wbd-sort, .wbd-pages a' );
		if ( link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0 ) {
			event.preventDefault();
			load( link.href );
		}
	} );
	form.addEventListener( 'submit', function ( event ) {
		event.preventDefault();
		filter();
	} );
	form.addEventListener( 'change', filter );
	form.addEventListener( 'input', function () {
		window.clearTimeout( timer );
		timer = window.setTimeout( filter, PATIENCE );
	} );
}() );
